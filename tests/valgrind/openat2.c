/* openat2(2), made by with-openat2 for a program under valgrind. */

#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "openat2.h"

static int server = -1;
static long (*real_syscall)(long number, ...);

static __attribute__((constructor)) void openat2_prepare(void)
{
    int type = 0;
    socklen_t size = sizeof(type);
    void *found = dlsym(RTLD_NEXT, "syscall");
    memcpy(&real_syscall, &found, sizeof(real_syscall));
    if (getsockopt(OPENAT2_SOCKET, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
        type == SOCK_SEQPACKET)
        server = OPENAT2_SOCKET;
}

static long openat2_ask(int directory, const char *path, const struct open_how *how)
{
    struct openat2_question question = { .how = *how };
    struct openat2_answer answer;
    int fd = -1;
    if (snprintf(question.path, sizeof(question.path), "%s", path) >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    if (openat2_send(server, &question, sizeof(question), directory) < 0 ||
        openat2_receive(server, &answer, sizeof(answer), &fd) != sizeof(answer)) {
        errno = ENOSYS;
        return -1;
    }
    errno = answer.failure;
    return answer.failure == 0 ? fd : -1;
}

/* Each argument is as large as a pointer. */
long syscall(long number, ...)
{
    enum { ARGUMENTS = 6 };
    void *given[ARGUMENTS];
    va_list list;
    va_start(list, number);
    for (int i = 0; i < ARGUMENTS; i++)
        given[i] = va_arg(list, void *);
    va_end(list);
    if (number == __NR_openat2 && server >= 0)
        return openat2_ask((int) (intptr_t) given[0], given[1], given[2]);
    return real_syscall(number, given[0], given[1], given[2], given[3], given[4], given[5]);
}

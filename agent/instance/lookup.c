/* getaddrinfo(3) waits as long as resolv.conf says, for each name, and cannot be stopped. So a
 * child asks, which can. */

#include "instance/lookup.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/clock.h"

/* What the child tells: small enough to be written as a whole. */
struct answer {
    size_t index;
    struct address address;
};

static int resolve(const char *name, struct address *ret)
{
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
    struct addrinfo *found = NULL;
    char text[NI_MAXHOST];
    int r = getaddrinfo(name, NULL, &hints, &found);
    if (r != 0)
        return r;
    r = getnameinfo(found->ai_addr, found->ai_addrlen, text, sizeof(text), NULL, 0, NI_NUMERICHOST);
    freeaddrinfo(found);
    return r == 0 && address_parse(text, ret) < 0 ? EAI_FAMILY : r;
}

/* Does not return: nothing that the parent would do at its end is the child's to do. */
static _Noreturn void answer_all(const struct lookup *lookups, size_t count, int to_parent)
{
    (void) prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (size_t i = 0; i < count; i++) {
        struct answer answer = { .index = i };
        if (!lookups[i].name)
            continue;
        if (resolve(lookups[i].name, &answer.address) == 0 &&
            write(to_parent, &answer, sizeof(answer)) != sizeof(answer))
            break;
    }
    _exit(EXIT_SUCCESS);
}

/* 0, or a negative errno. */
static int take_answers(struct lookup *lookups, int from_child, unsigned int timeout_ms)
{
    uint64_t end_ms = clock_now_ms() + timeout_ms;
    for (uint64_t now_ms; (now_ms = clock_now_ms()) < end_ms;) {
        struct pollfd wait = { .fd = from_child, .events = POLLIN };
        struct answer answer;
        if (poll(&wait, 1, (int) (end_ms - now_ms)) < 0 && errno != EINTR)
            return -errno;
        if (wait.revents == 0)
            continue;
        ssize_t length = read(from_child, &answer, sizeof(answer));
        if (length != sizeof(answer)) /* the child is done */
            return length < 0 ? -errno : 0;
        lookups[answer.index].is_found = true;
        lookups[answer.index].address = answer.address;
    }
    return 0;
}

int lookup_names(struct lookup *lookups, size_t count, unsigned int timeout_ms)
{
    int ends[2];
    if (count == 0)
        return 0;
    if (pipe2(ends, O_CLOEXEC) < 0)
        return -errno;
    _cleanup_close_ int from_child = ends[0];
    _cleanup_close_ int to_parent = ends[1];
    pid_t child = fork();
    if (child < 0)
        return -errno;
    if (child == 0)
        answer_all(lookups, count, to_parent);
    (void) close(take_fd(&to_parent));
    int r = take_answers(lookups, from_child, timeout_ms);
    (void) kill(child, SIGKILL);
    (void) waitpid(child, NULL, 0);
    return r;
}

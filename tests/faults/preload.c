/* SPDX-License-Identifier: MIT */
/* Memory that ends, a disk that is full, calls that fail: an object for LD_PRELOAD, so that what is
 * tried is the agent as it is shipped. FAULT has one of
 *
 *   memory:N         the agent's N-th allocation fails; libcurl's and cJSON's are among them
 *   memory-from:N    that one and all after it
 *   library:N        likewise for those of libc and libsystemd, from the agent's first one on
 *   library-from:N
 *   bytes:N          after N bytes to regular files a write fails with ENOSPC
 *   short:N          a read, write or receive moves at most N bytes
 *   interrupt:N      the first of each N of these fails with EINTR
 *   call:C:N:E       the N-th system call number C fails with the errno E
 *   kill:C:N         SIGKILL in its place
 *   none             nothing fails
 *
 * and with any of them nothing waits, and a program that the agent starts has no objections. With
 *
 *   hurry:N          nothing fails or is faked, but the clock takes a wait for N times as long
 *
 * FAULT_REPORT=FILE is where struct report goes: the file must have its size. FAULT_SERVER=FD is a
 * socket that names one fault after the other: each is tried in a fork of the process as it is
 * before main(), or with FAULT_LATE as it is where the command begins, which is ten times as fast
 * as a start. Answered with its pid, then its status. FAULT_CHROOT=DIR is the agent's root
 * directory.
 *
 * Memory is the agent's when its own code asks for it. That is lib/memory.c: nothing else does. */

#include "preload.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* As tests/faults/agent.py reads it. */
struct report {
    uint64_t memory;        /* allocations of the agent */
    uint64_t library;       /* of libraries */
    uint64_t bytes;         /* that were written to regular files */
    uint64_t failed;        /* calls that were made to fail, or to move less */
    uint64_t ended;         /* 1: the agent came to its end; what follows counts only then */
    uint64_t live;          /* blocks of the agent that were not freed */
    uint64_t descriptors;   /* that were not closed */
    uint64_t early_memory;  /* of .memory, those before the command begins */
    uint64_t early_library; /* of .library */
};

enum { DESCRIPTORS_MAX = 64 };

/* As glibc exports them. */
void *__libc_malloc(size_t size);                                                 // NOLINT
void *__libc_calloc(size_t count, size_t size);                                   // NOLINT
void *__libc_realloc(void *pointer, size_t size);                                 // NOLINT
void __libc_free(void *pointer);                                                  // NOLINT
int __libc_start_main(int (*start)(int, char **, char **), int argc, char **argv, // NOLINT
    void (*init)(void), void (*fini)(void), void (*loader)(void), void *stack);
int curl_global_init_mem(long flags, void *(*allocate)(size_t), void (*release)(void *), // NOLINT
    void *(*reallocate)(void *, size_t), char *(*duplicate)(const char *),
    void *(*clear)(size_t, size_t));

static struct report unread, *report = &unread;
static char kind[16];
static uint64_t number;
static long call = -1;
static int call_error;
static uintptr_t agent_start, agent_end;
static pid_t process;

static int find_agent(struct dl_phdr_info *info, size_t size, void *data)
{
    (void) size;
    (void) data;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        if (part->p_type != PT_LOAD || !(part->p_flags & PF_X))
            continue;
        agent_start = info->dlpi_addr + part->p_vaddr;
        agent_end = agent_start + part->p_memsz;
    }
    return 1; /* the first one is the program */
}

static char variables[4096];
static size_t variables_length;

/* The agent drops what it does not know from its environment before any library is ready; the
 * kernel still has it. */
static void read_variables(void)
{
    int fd = open("/proc/self/environ", O_RDONLY | O_CLOEXEC);
    ssize_t length = NEXT(read)(fd, variables, sizeof(variables) - 1);
    if (length < 0)
        abort();
    variables_length = (size_t) length;
    (void) close(fd);
}

/* The value, or "". */
static const char *variable_of(const char *name)
{
    size_t name_length = strlen(name);
    for (const char *each = variables; each < variables + variables_length;
         each += strlen(each) + 1)
        if (strncmp(each, name, name_length) == 0 && each[name_length] == '=')
            return each + name_length + 1;
    return "";
}

static bool is_kind(const char *name)
{
    return strcmp(kind, name) == 0;
}

static void set_fault(const char *fault)
{
    size_t length = strcspn(fault, ":");
    memset(kind, 0, sizeof(kind));
    memcpy(kind, fault, length < sizeof(kind) ? length : 0);
    char *end = NULL;
    number = fault[length] ? strtoull(fault + length + 1, &end, 10) : 0;
    if (is_kind("hurry"))
        fakes_hurry(number);
    else if (*fault)
        fakes_begin();
    if (!is_kind("call") && !is_kind("kill"))
        return;
    call = (long) number;
    number = strtoull(end + 1, &end, 10);
    call_error = *end ? atoi(end + 1) : CALLS_KILL;
}

/* What calls.py has numbered begins with this. */
static void begin_calls(void)
{
    if (call >= 0)
        calls_begin(call, number, call_error, &report->failed);
}

static void map_report(const char *path)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        abort();
    void *mapped = mmap(NULL, sizeof(*report), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (mapped == MAP_FAILED)
        abort();
    (void) close(fd);
    report = mapped;
    memset(report, 0, sizeof(*report));
}

__attribute__((constructor)) static void begin(void)
{
    read_variables();
    const char *path = variable_of("FAULT_REPORT");
    if (*path)
        map_report(path);
    (void) dl_iterate_phdr(find_agent, NULL);
    process = getpid();
    set_fault(variable_of("FAULT"));
    const char *root = variable_of("FAULT_CHROOT");
    if (*root && (chroot(root) < 0 || chdir("/") < 0))
        abort();
}

/* Returns in each child, and ends with the other end of the socket. */
static void serve(int fd)
{
    char fault[64];
    const struct report before = *report;
    for (;;) {
        ssize_t length = NEXT(recv)(fd, fault, sizeof(fault) - 1, 0);
        if (length <= 0)
            _exit(EXIT_SUCCESS);
        fault[length] = '\0';
        *report = before;
        int status = 0, child = fork();
        if (child == 0) {
            (void) close(fd);
            process = getpid();
            set_fault(fault);
            return;
        }
        if (child < 0 || NEXT(send)(fd, &child, sizeof(child), 0) < 0 ||
            waitpid(child, &status, 0) < 0 || NEXT(send)(fd, &status, sizeof(status), 0) < 0)
            _exit(EXIT_FAILURE);
    }
}

/* The server's socket, where the faults begin late or early; else -1. */
static int find_server(bool is_late)
{
    if ((*variable_of("FAULT_LATE") != '\0') != is_late)
        return -1;
    const char *server = variable_of("FAULT_SERVER");
    return *server ? atoi(server) : -1;
}

/* glibc starts a program with this; all libraries are ready by now. */
int __libc_start_main( // NOLINT
    int (*start)(int, char **, char **), int argc, char **argv, void (*init)(void),
    void (*fini)(void), void (*loader)(void), void *stack)
{
    int server = find_server(false);
    if (server >= 0)
        serve(server);
    return NEXT(__libc_start_main)(start, argc, argv, init, fini, loader, stack);
}

/* The agent's first call. */
mode_t umask(mode_t mask)
{
    mode_t before = NEXT(umask)(mask);
    if (getpid() == process)
        begin_calls();
    return before;
}

/* Its last one before the command begins. */
int curl_global_init_mem(long flags, void *(*allocate)(size_t), void (*release)(void *),
    void *(*reallocate)(void *, size_t), char *(*duplicate)(const char *),
    void *(*clear)(size_t, size_t))
{
    int code = NEXT(curl_global_init_mem)(flags, allocate, release, reallocate, duplicate, clear);
    if (is_kind("trace"))
        (void) NEXT(umask)(022); /* calls.py begins to count anew */
    report->early_memory = report->memory;
    report->early_library = report->library;
    int server = find_server(true);
    if (server >= 0) {
        serve(server);
        begin_calls();
    }
    return code;
}

__attribute__((destructor)) static void end(void)
{
    if (getpid() != process)
        return;
    (void) NEXT(umask)(022); /* calls.py ends here */
    for (int fd = STDERR_FILENO + 1; fd < DESCRIPTORS_MAX; fd++)
        report->descriptors += fcntl(fd, F_GETFD) >= 0;
    report->ended = 1;
}

static bool fails_at(const char *one, const char *from, uint64_t count)
{
    bool fails = is_kind(one) ? count == number : is_kind(from) && count >= number;
    if (!fails)
        return false;
    report->failed++;
    errno = ENOMEM;
    return true;
}

/* In front of each block of the agent: no other one has this there, where libc keeps a size. */
struct mark {
    uint64_t words[2];
};

static const struct mark agents = { { 0x6661756c742d3031, 0xfedcba9876543210 } };

static void *allocate_for_agent(size_t size)
{
    if (fails_at("memory", "memory-from", ++report->memory))
        return NULL;
    struct mark *mark = __libc_malloc(sizeof(*mark) + size);
    if (!mark)
        return NULL;
    *mark = agents;
    report->live++;
    return mark + 1;
}

/* What happens before main() is not the agent's. */
static bool library_fails(void)
{
    return report->memory > 0 && fails_at("library", "library-from", ++report->library);
}

static bool is_agent(const void *caller)
{
    return (uintptr_t) caller >= agent_start && (uintptr_t) caller < agent_end;
}

void *malloc(size_t size)
{
    if (is_agent(__builtin_return_address(0)))
        return allocate_for_agent(size);
    return library_fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return library_fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *pointer, size_t size)
{
    return library_fails() ? NULL : __libc_realloc(pointer, size);
}

void free(void *pointer)
{
    struct mark *mark = pointer ? (struct mark *) pointer - 1 : NULL;
    if (mark && memcmp(mark, &agents, sizeof(agents)) == 0) {
        *mark = (struct mark){ { 0, 0 } };
        report->live--;
        pointer = mark;
    }
    __libc_free(pointer);
}

/* How much a transfer may move; 0: none, and errno says why. */
static size_t allowed(size_t wanted)
{
    static uint64_t transfers;
    if (is_kind("interrupt") && transfers++ % number == 0) {
        report->failed++;
        errno = EINTR;
        return 0;
    }
    if (!is_kind("short") || wanted <= number)
        return wanted;
    report->failed++;
    return number;
}

static size_t allowed_on_disk(int fd, size_t wanted)
{
    struct stat status;
    if (is_kind("trace") || call >= 0 || fd == STDERR_FILENO || fstat(fd, &status) < 0 ||
        !S_ISREG(status.st_mode))
        return wanted;
    size_t given = wanted;
    if (is_kind("bytes") && report->bytes + wanted > number) {
        given = report->bytes < number ? (size_t) (number - report->bytes) : 0;
        report->failed++;
        errno = ENOSPC;
    }
    report->bytes += given;
    return given;
}

ssize_t write(int fd, const void *data, size_t size)
{
    size_t given = allowed(size);
    if (given > 0)
        given = allowed_on_disk(fd, given);
    return given == 0 && size > 0 ? -1 : NEXT(write)(fd, data, given);
}

ssize_t read(int fd, void *data, size_t size)
{
    size_t given = allowed(size);
    return given == 0 && size > 0 ? -1 : NEXT(read)(fd, data, given);
}

ssize_t recv(int fd, void *data, size_t size, int flags)
{
    size_t given = allowed(size);
    return given == 0 && size > 0 ? -1 : NEXT(recv)(fd, data, given, flags);
}

ssize_t send(int fd, const void *data, size_t size, int flags)
{
    size_t given = allowed(size);
    return given == 0 && size > 0 ? -1 : NEXT(send)(fd, data, given, flags);
}

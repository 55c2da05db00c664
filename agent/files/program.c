/* SPDX-License-Identifier: MIT */
/* Runs the programs of other packages, which check and apply what was written, so that none can
 * hold up the boot: each has a time limit, and reads and prints to files in memory, as a pipe could
 * fill up. */

#include "files/program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/clock.h"
#include "lib/lines.h"

enum { ACCEPTS_MAX_MS = 5000, POLL_MS = 2, TAIL_MAX = 4096, WORDS_MAX = 300 };

static int make_input(const struct buffer *input)
{
    _cleanup_close_ int fd = memfd_create("input", MFD_CLOEXEC);
    if (fd < 0)
        return -errno;
    for (size_t done = 0; done < input->size;) {
        ssize_t length = write(fd, input->data + done, input->size - done);
        if (length < 0 && errno != EINTR)
            return -errno;
        if (length > 0)
            done += (size_t) length;
    }
    return lseek(fd, 0, SEEK_SET) < 0 ? -errno : take_fd(&fd);
}

/* By which a program knows that dpkg waits for it, and is not to be called: deb-preinst(5) and the
 * others. The assignment as it stands in the environment, or NULL. */
static char *package_variable(void)
{
    static const char name[] = "DPKG_MAINTSCRIPT_PACKAGE=";
    for (char **variable = environ; *variable; variable++)
        if (strncmp(*variable, name, strlen(name)) == 0)
            return *variable;
    return NULL;
}

/* Starts a program in a process group of its own; output < 0: what it prints is dropped. */
static int start(const char *const *command, int input, int output, pid_t *ret)
{
    static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin", locale[] = "LC_ALL=C";
    char *const environment[] = { path, locale, package_variable(), NULL };
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int r = posix_spawn_file_actions_init(&actions);
    if (r != 0)
        return -r;
    r = posix_spawnattr_init(&attributes);
    if (r != 0) {
        (void) posix_spawn_file_actions_destroy(&actions);
        return -r;
    }
    r = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    if (r == 0)
        r = posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    for (int fd = STDOUT_FILENO; r == 0 && fd <= STDERR_FILENO; fd++)
        r = output >= 0 ? posix_spawn_file_actions_adddup2(&actions, output, fd)
                        : posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_WRONLY, 0);
    if (r == 0)
        r = posix_spawn(ret, command[0], &actions, &attributes,
            (char *const *) (const void *) command, environment);
    (void) posix_spawnattr_destroy(&attributes);
    (void) posix_spawn_file_actions_destroy(&actions);
    return -r;
}

/* Waits for the end of a program, or makes it. */
static int wait_for_end(pid_t child, uint64_t timeout_ms)
{
    int status = SIGKILL; /* should it not be known */
    bool timed_out = false;
    for (uint64_t end_ms = clock_now_ms() + timeout_ms; waitpid(child, &status, WNOHANG) == 0;) {
        if (clock_now_ms() >= end_ms) {
            timed_out = true;
            (void) kill(-child, SIGKILL);
        }
        clock_sleep_ms(POLL_MS);
    }
    if (!WIFEXITED(status))
        return timed_out ? -ETIMEDOUT : -ECANCELED;
    return WEXITSTATUS(status) == 0 ? 0 : -EBADMSG;
}

int program_accepts(const char *const *command, const struct buffer *input)
{
    pid_t child = -1;
    _cleanup_close_ int fd = make_input(input);
    int r = fd < 0 ? fd : start(command, fd, -1, &child);
    return r < 0 ? r : wait_for_end(child, ACCEPTS_MAX_MS);
}

/* The last line of a file that is not blank. */
static int read_words(int fd, struct buffer *ret)
{
    char tail[TAIL_MAX];
    struct stat status;
    if (fstat(fd, &status) < 0)
        return -errno;
    off_t from = status.st_size > TAIL_MAX ? status.st_size - TAIL_MAX : 0;
    ssize_t length = pread(fd, tail, sizeof(tail), from);
    if (length < 0)
        return -errno;
    _cleanup_buffer_ struct buffer text = { 0 };
    int r = buffer_append(&text, tail, (size_t) length);
    struct line last = { 0 };
    for (struct line line = { 0 }; r == 0 && line_next(&text, &line);) {
        const struct line trimmed = line_trim(&line);
        if (trimmed.length > 0)
            last = trimmed;
    }
    if (r < 0 || !last.text)
        return r;
    return buffer_append(ret, last.text, last.length < WORDS_MAX ? last.length : WORDS_MAX);
}

int program_run(const char *const *command, const struct buffer *input, uint64_t timeout_ms,
    struct buffer *ret_words)
{
    static const struct buffer none;
    pid_t child = -1;
    _cleanup_close_ int fd = make_input(input ? input : &none);
    if (fd < 0)
        return fd;
    _cleanup_close_ int output = memfd_create("output", MFD_CLOEXEC);
    if (output < 0)
        return -errno;
    int r = start(command, fd, output, &child);
    if (r < 0)
        return r;
    r = wait_for_end(child, timeout_ms);
    (void) read_words(output, ret_words); /* without them the result is still known */
    return r;
}

int program_must(const char *const *command, const struct buffer *input, unsigned int timeout_s,
    const char *remedy, struct error *err)
{
    _cleanup_buffer_ struct buffer words = { 0 };
    int r = program_run(command, input, (uint64_t) timeout_s * 1000, &words);
    const char *said = words.size > 0 ? words.data : "";
    if (r == -EBADMSG)
        return error_set(err, EX_IOERR, r, "%s failed%s%s", command[0], *said ? ": " : "", said);
    if (r == -ETIMEDOUT)
        return error_set(err, EX_IOERR, r,
            "%s did not end within %u s and was killed: the next run tries again", command[0],
            timeout_s);
    return r < 0 ? error_set(err, error_file_status(r), r, "%s cannot be run: %s: %s", command[0],
                       strerror(-r), remedy)
                 : 0;
}

bool program_is_of_package(void)
{
    return package_variable() != NULL;
}

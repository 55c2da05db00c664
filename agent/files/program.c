/* The text is a file without a name, so that no pipe can fill up. */

#include "files/program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "lib/cleanup.h"
#include "lib/clock.h"

enum { CHILD_MAX_MS = 5000, CHILD_POLL_MS = 2 };

static int make_input(const struct buffer *input)
{
    _cleanup_close_ int fd = memfd_create("input", MFD_CLOEXEC);
    if (fd < 0)
        return -errno;
    for (size_t done = 0; done < input->size;) {
        ssize_t length = write(fd, input->data + done, input->size - done);
        if (length < 0)
            return -errno;
        done += (size_t) length;
    }
    return lseek(fd, 0, SEEK_SET) < 0 ? -errno : take_fd(&fd);
}

static int start(const char *const *command, int input, pid_t *ret)
{
    static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin", locale[] = "LC_ALL=C";
    char *const environment[] = { path, locale, NULL };
    posix_spawn_file_actions_t actions;
    int r = posix_spawn_file_actions_init(&actions);
    if (r != 0)
        return -r;
    r = posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    for (int fd = STDOUT_FILENO; r == 0 && fd <= STDERR_FILENO; fd++)
        r = posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_WRONLY, 0);
    if (r == 0)
        r = posix_spawn(
            ret, command[0], &actions, NULL, (char *const *) (const void *) command, environment);
    (void) posix_spawn_file_actions_destroy(&actions);
    return -r;
}

int program_accepts(const char *const *command, const struct buffer *input)
{
    pid_t child = -1;
    int status = SIGKILL; /* should nobody tell */
    _cleanup_close_ int fd = make_input(input);
    int r = fd < 0 ? fd : start(command, fd, &child);
    if (r < 0)
        return r;
    for (uint64_t end_ms = clock_now_ms() + CHILD_MAX_MS; waitpid(child, &status, WNOHANG) == 0;) {
        if (clock_now_ms() >= end_ms)
            (void) kill(child, SIGKILL);
        clock_sleep_ms(CHILD_POLL_MS);
    }
    if (!WIFEXITED(status))
        return -ECANCELED;
    return WEXITSTATUS(status) == 0 ? 0 : -EBADMSG;
}

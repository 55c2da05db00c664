/* SPDX-License-Identifier: MIT */
/* A child writes its result to a pipe, and ends. */

#include "doctor/side_by_side.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/log.h"

enum {
    RUNS_MAX = 16,
    RESULT_SIZE_MAX = 4 << 20,
    PROGRESS_MS = 500,
    EXIT_NO_MEMORY = 1, /* of a child */
};

static bool write_all(int fd, const struct buffer *bytes)
{
    for (size_t done = 0; done < bytes->size;) {
        ssize_t length = write(fd, bytes->data + done, bytes->size - done);
        if (length < 0 && errno != EINTR)
            return false;
        if (length > 0)
            done += (size_t) length;
    }
    return true;
}

/* Does not return: nothing that the parent would do at its end is the child's to do. */
static _Noreturn void run_in_child(
    const struct doctor *doctor, const struct doctor_check *check, int to_parent)
{
    struct doctor_result result = { 0 };
    struct buffer bytes = { 0 };
    (void) prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void) setpgid(0, 0); /* its own children go with it */
    if (check->run(doctor, &result) < 0 || doctor_result_pack(&result, &bytes) < 0)
        _exit(EXIT_NO_MEMORY);
    _exit(write_all(to_parent, &bytes) ? EXIT_SUCCESS : EXIT_NO_MEMORY + 1);
}

int side_by_side_start(const struct doctor *doctor, struct doctor_run *run)
{
    int ends[2];
    run->from_child = -1;
    run->started_ms = clock_now_ms();
    int r = pipe2(ends, O_CLOEXEC) < 0 ? -errno : 0;
    pid_t child = r == 0 ? fork() : -1;
    if (child == 0) {
        (void) close(ends[0]);
        run_in_child(doctor, run->check, ends[1]);
    }
    if (r == 0 && child < 0) {
        r = -errno;
        (void) close(ends[0]);
        (void) close(ends[1]);
    }
    if (r == -ENOMEM)
        return r;
    if (r < 0)
        return doctor_find(&run->result, CHECK_FAILED, run->check->name, NULL,
            "no process can be started for it: %s", strerror(-r));
    (void) close(ends[1]);
    run->child = child;
    run->from_child = ends[0];
    return 0;
}

/* Ends a run, whatever has come of it. */
static int run_end(struct doctor_run *run, bool is_late)
{
    int status = 0;
    (void) close(run->from_child);
    run->from_child = -1;
    run->result.took_ms = clock_now_ms() - run->started_ms;
    if (is_late) {
        (void) kill(-run->child, SIGKILL);
        (void) kill(run->child, SIGKILL);
    }
    (void) waitpid(run->child, &status, 0);
    if (is_late)
        return doctor_find(&run->result, CHECK_TIMEOUT, run->check->name, NULL,
            "no result after %llu ms", (unsigned long long) run->result.took_ms);
    if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_NO_MEMORY)
        return -ENOMEM;
    uint64_t took_ms = run->result.took_ms;
    int r = doctor_result_unpack(&run->bytes, &run->result);
    run->result.took_ms = took_ms;
    return r == -EBADMSG ? doctor_find(&run->result, CHECK_FAILED, run->check->name, NULL,
                               "its process ended without a result")
                         : r;
}

/* Takes what has come; ends the run when nothing more will. */
static int run_read(struct doctor_run *run)
{
    char bytes[4096];
    ssize_t length = read(run->from_child, bytes, sizeof(bytes));
    if (length < 0 && errno == EINTR)
        return 0;
    if (length <= 0 || run->bytes.size > RESULT_SIZE_MAX)
        return run_end(run, false);
    return buffer_append(&run->bytes, bytes, (size_t) length);
}

/* On a terminal, who is waited for. */
static void show_progress(
    const struct doctor *doctor, const struct doctor_run runs[], size_t count, uint64_t now_ms)
{
    char names[200] = "";
    size_t used = 0;
    for (size_t i = 0; i < count && used < sizeof(names); i++)
        if (runs[i].from_child >= 0)
            used += (size_t) snprintf(names + used, sizeof(names) - used, "%s%s",
                used > 0 ? ", " : "", runs[i].check->name);
    log_progress("waiting for %s, %llu s left", names,
        (unsigned long long) ((doctor->end_ms - now_ms + 999) / 1000));
}

/* Those that still run. */
static nfds_t list_running(struct doctor_run runs[], size_t count,
    struct pollfd polls[static RUNS_MAX], struct doctor_run *polled[static RUNS_MAX])
{
    nfds_t n = 0;
    for (size_t i = 0; i < count && n < RUNS_MAX; i++) {
        if (runs[i].from_child < 0)
            continue;
        polls[n] = (struct pollfd){ .fd = runs[i].from_child, .events = POLLIN };
        polled[n++] = &runs[i];
    }
    return n;
}

/* Waits once, and takes what has come. 1; 0: nobody is waited for any more; or -ENOMEM. */
static int wait_once(const struct doctor *doctor, struct doctor_run runs[], size_t count)
{
    struct pollfd polls[RUNS_MAX];
    struct doctor_run *polled[RUNS_MAX];
    nfds_t n = list_running(runs, count, polls, polled);
    uint64_t now_ms = clock_now_ms();
    bool is_late = now_ms >= doctor->end_ms;
    uint64_t left_ms = is_late ? 0 : doctor->end_ms - now_ms;
    int r = 0;
    if (n == 0)
        return 0;
    if (!is_late)
        show_progress(doctor, runs, count, now_ms);
    (void) poll(polls, n, left_ms < PROGRESS_MS ? (int) left_ms : PROGRESS_MS);
    for (nfds_t i = 0; r == 0 && i < n; i++)
        if (polls[i].revents != 0)
            r = run_read(polled[i]);
        else if (is_late)
            r = run_end(polled[i], true);
    return r < 0 ? -ENOMEM : 1;
}

/* What still runs when memory has run out. */
static void end_all(struct doctor_run runs[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (runs[i].from_child >= 0)
            (void) run_end(&runs[i], true);
}

int side_by_side_wait(const struct doctor *doctor, struct doctor_run runs[], size_t count)
{
    int r = 1;
    while (r > 0)
        r = wait_once(doctor, runs, count);
    if (r < 0)
        end_all(runs, count);
    return r;
}

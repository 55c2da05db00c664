/* SPDX-License-Identifier: MIT */
/* agent/lib/log.c: where a message goes and how it looks there, with a journal that notes what it
 * gets. */

#include "lib/log.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "check.h"

#define SOCKET "/run/systemd/journal/socket"

/* The journal: whether it can be reached, what it says, and what it got. */
static struct {
    bool is_there;
    int result;
    char entry[512]; /* a line for each field */
} journal;

int __real_access(const char *path, int mode);
int __wrap_access(const char *path, int mode);
int __wrap_sd_journal_sendv(const struct iovec *fields, int count);

int __wrap_access(const char *path, int mode)
{
    if (strcmp(path, SOCKET) != 0)
        return __real_access(path, mode);
    return journal.is_there ? 0 : -1;
}

int __wrap_sd_journal_sendv(const struct iovec *fields, int count)
{
    size_t used = 0;
    for (int i = 0; i < count; i++)
        used += (size_t) snprintf(journal.entry + used, sizeof(journal.entry) - used, "%.*s\n",
            (int) fields[i].iov_len, (const char *) fields[i].iov_base);
    return journal.result;
}

/* What is logged. */
static const char *message_word = "text", *field_value = "apt";

enum stream { STREAM_NONE, STREAM_OURS, STREAM_OTHER }; /* what JOURNAL_STREAM names */

/* Sends a warning with standard error redirected to a file; what that has then is in `text`. */
static void send_warning(enum stream stream, char text[static 512])
{
    const struct log_field fields[] = { { "OUTPUT", field_value }, { "PATH_", NULL } };
    FILE *file = tmpfile();
    struct stat status;
    char name[64];
    check_that("a file", file != NULL);
    int saved = dup(STDERR_FILENO);
    check_that("dup", saved >= 0 && dup2(fileno(file), STDERR_FILENO) == STDERR_FILENO);
    check_number("fstat", fstat(STDERR_FILENO, &status), 0);
    (void) snprintf(name, sizeof(name), "%ju:%ju", (uintmax_t) status.st_dev,
        (uintmax_t) status.st_ino + (stream == STREAM_OTHER));
    if (stream == STREAM_NONE)
        check_number("unsetenv", unsetenv("JOURNAL_STREAM"), 0);
    else
        check_number("setenv", setenv("JOURNAL_STREAM", name, 1), 0);
    log_write(LOG_LEVEL_WARNING, fields, ELEMENTSOF(fields), "%s: %d", message_word, 1);
    (void) fflush(stderr);
    (void) dup2(saved, STDERR_FILENO);
    (void) close(saved);
    rewind(file);
    text[fread(text, 1, 511, file)] = '\0';
    (void) fclose(file);
}

#define MESSAGE "ec2-bootstrap: warning: text: 1\n"
#define ENTRY   "MESSAGE=text: 1\nPRIORITY=4\nOUTPUT=apt\n"

static void test_journal(void **state)
{
    (void) state;
    static const struct {
        const char *row;
        enum stream stream;
        bool is_there;
        int result;
        const char *entry, *message;
    } rows[] = {
        { "no journal", STREAM_NONE, true, 0, "", MESSAGE },
        { "the journal's stream", STREAM_OURS, true, 0, ENTRY, "" },
        { "redirected to elsewhere", STREAM_OTHER, true, 0, "", MESSAGE },
        { "in a chroot", STREAM_OURS, false, 0, "", MESSAGE },
        { "a journal that refuses", STREAM_OURS, true, -EPERM, ENTRY, MESSAGE },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        char text[512];
        memset(&journal, 0, sizeof(journal));
        journal.is_there = rows[i].is_there;
        journal.result = rows[i].result;
        send_warning(rows[i].stream, text);
        check_text(rows[i].row, journal.entry, rows[i].entry);
        check_text(rows[i].row, text, rows[i].message);
    }
}

/* What others have chosen is one line, whatever it is, in both places. */
static void test_printable(void **state)
{
    (void) state;
    char text[512];
    memset(&journal, 0, sizeof(journal));
    journal.is_there = true;
    message_word = "a\nPRIORITY=0\x1b]0;x\x07\xc2\x9b\xe2\x80\xae";
    field_value = "a\nPRIORITY=0\x1b";
    send_warning(STREAM_OURS, text);
    check_text("the journal", journal.entry,
        "MESSAGE=a?PRIORITY=0?]0;x???: 1\nPRIORITY=4\nOUTPUT=a?PRIORITY=0?\n");
    send_warning(STREAM_NONE, text);
    check_text("a terminal", text, "ec2-bootstrap: warning: a?PRIORITY=0?]0;x???: 1\n");
    message_word = "text";
    field_value = "apt";
}

static void test_level(void **state)
{
    (void) state;
    char text[512];
    log_set_level(LOG_LEVEL_ERROR);
    send_warning(STREAM_NONE, text);
    check_text("less is wanted", text, "");
    log_set_level(LOG_LEVEL_WARNING);
    send_warning(STREAM_NONE, text);
    check_text("as much as is wanted", text, MESSAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_journal),
        cmocka_unit_test(test_printable),
        cmocka_unit_test(test_level),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

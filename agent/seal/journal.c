/* SPDX-License-Identifier: MIT */
/* journald compresses each long field by itself, in one of three ways. libsystemd has the one that
 * its system uses, and gives the fields as they were. */

#include "seal/journal.h"

#include <stdint.h>
#include <string.h>
#include <systemd/sd-journal.h>

#include "lib/cleanup.h"

/* journald compresses none that is shorter, whatever it is told (Compress= in journald.conf(5)). */
enum { COMPRESSED_MIN = 8 };

bool journal_is(const void *head, size_t size)
{
    static const char magic[] = "LPKSHHRH";
    return size >= strlen(magic) && memcmp(head, magic, strlen(magic)) == 0;
}

static void cleanup_journal(sd_journal **journal)
{
    sd_journal_close(*journal);
}

static int read_entry(sd_journal *journal, journal_field field, void *data)
{
    const void *bytes = NULL;
    size_t size = 0;
    int r = 0;
    sd_journal_restart_data(journal);
    while ((r = sd_journal_enumerate_data(journal, &bytes, &size)) > 0)
        if (size >= COMPRESSED_MIN)
            field(bytes, size, data);
    return r;
}

int journal_read(int fd, journal_field field, void *data)
{
    _cleanup_(cleanup_journal) sd_journal *journal = NULL;
    int r = sd_journal_open_files_fd(&journal, &fd, 1, 0);
    if (r >= 0)
        r = sd_journal_set_data_threshold(journal, 0); /* all of each field */
    if (r >= 0)
        r = sd_journal_seek_head(journal);
    while (r >= 0 && (r = sd_journal_next(journal)) > 0)
        r = read_entry(journal, field, data);
    return r;
}

/* SPDX-License-Identifier: MIT */
/* The log is JSON Lines, flushed line by line, so that a test can read it while the simulator runs;
 * the stats replace their file by rename, so that a test never reads half of them. */

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "clock.h"
#include "journal.h"
#include "json_file.h"
#include "lib/cleanup.h"

/* Clients choose the paths, so their number is bounded; the rest is counted together. */
#define KEYS_MAX 4096

static const char *const token_states[] = {
    [TOKEN_VALID] = "valid",
    [TOKEN_MISSING] = "missing",
    [TOKEN_INVALID] = "invalid",
    [TOKEN_EXPIRED] = "expired",
    [TOKEN_NOT_ASKED] = NULL,
};

int journal_open(const char *log_path, const char *stats_path, int64_t start, struct journal *ret)
{
    _cleanup_fclose_ FILE *log = log_path ? fopen(log_path, "we") : NULL;
    if (log_path && !log)
        return -errno;
    cJSON *requests_by = cJSON_CreateObject();
    if (!requests_by)
        return -ENOMEM;
    *ret = (struct journal){
        .log = TAKE_PTR(log), .stats_path = stats_path, .start = start, .requests_by = requests_by
    };
    return 0;
}

void journal_clear(struct journal *journal)
{
    if (journal->log)
        (void) fclose(journal->log);
    cJSON_Delete(journal->requests_by);
    *journal = (struct journal){ 0 };
}

void journal_connection_opened(struct journal *journal)
{
    journal->connections++;
    journal->open++;
    if (journal->open > journal->open_max)
        journal->open_max = journal->open;
}

void journal_connection_closed(struct journal *journal)
{
    journal->open--;
}

/* JSON is UTF-8 and a request need not be. */
static char *printable(const char *text)
{
    char *copy = strdup(text);
    for (char *c = copy; c && *c; c++) {
        if (!isprint((unsigned char) *c))
            *c = '?';
    }
    return copy;
}

static cJSON *get_or_add(cJSON *object, const char *key, bool number)
{
    cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    if (item)
        return item;
    return number ? cJSON_AddNumberToObject(object, key, 0) : cJSON_AddObjectToObject(object, key);
}

static int count_request(struct journal *journal, const char *method, const char *path, int status)
{
    journal->requests++;
    _cleanup_free_ char *key = NULL;
    if (asprintf(&key, "%s %s", method, path) < 0) {
        key = NULL;
        return -ENOMEM;
    }
    bool full = cJSON_GetArraySize(journal->requests_by) >= KEYS_MAX &&
                !cJSON_GetObjectItemCaseSensitive(journal->requests_by, key);
    char status_text[16];
    (void) snprintf(status_text, sizeof(status_text), "%d", status);
    cJSON *counts = get_or_add(journal->requests_by, full ? "other" : key, false);
    cJSON *count = counts ? get_or_add(counts, status_text, true) : NULL;
    if (!count)
        return -ENOMEM;
    (void) cJSON_SetNumberValue(count, count->valuedouble + 1);
    return 0;
}

static bool add_text(cJSON *object, const char *key, const char *text)
{
    return text ? cJSON_AddStringToObject(object, key, text) != NULL
                : cJSON_AddNullToObject(object, key) != NULL;
}

static int log_request(const struct journal *journal, const struct journal_entry *entry,
    const char *method, const char *path)
{
    if (!journal->log)
        return 0;
    _cleanup_(cleanup_json) cJSON *line = cJSON_CreateObject();
    int64_t microseconds = (entry->when - journal->start) / 1000;
    bool built = line && cJSON_AddNumberToObject(line, "ms", (double) microseconds / 1000) &&
                 cJSON_AddNumberToObject(line, "connection", (double) entry->connection) &&
                 cJSON_AddNumberToObject(line, "request", (double) entry->request) &&
                 add_text(line, "method", method) && add_text(line, "path", path) &&
                 cJSON_AddNumberToObject(line, "status", entry->status) &&
                 add_text(line, "token", token_states[entry->token]) &&
                 add_text(line, "rule", entry->rule);
    _cleanup_free_ char *text = built ? cJSON_PrintUnformatted(line) : NULL;
    if (!text)
        return -ENOMEM;
    if (fprintf(journal->log, "%s\n", text) < 0 || fflush(journal->log) != 0)
        return -EIO;
    return 0;
}

int journal_request(struct journal *journal, const struct journal_entry *entry)
{
    _cleanup_free_ char *method = printable(entry->method);
    _cleanup_free_ char *path = printable(entry->path);
    if (!method || !path)
        return -ENOMEM;
    int counted = count_request(journal, method, path, entry->status);
    int logged = log_request(journal, entry, method, path);
    return counted < 0 ? counted : logged;
}

static char *render_stats(const struct journal *journal)
{
    _cleanup_(cleanup_json) cJSON *stats = cJSON_CreateObject();
    bool built =
        stats && cJSON_AddNumberToObject(stats, "connections", (double) journal->connections) &&
        cJSON_AddNumberToObject(stats, "open_connections_max", (double) journal->open_max) &&
        cJSON_AddNumberToObject(stats, "requests", (double) journal->requests) &&
        cJSON_AddItemReferenceToObject(stats, "requests_by", journal->requests_by);
    return built ? cJSON_Print(stats) : NULL;
}

int journal_write_stats(const struct journal *journal)
{
    if (!journal->stats_path)
        return 0;
    _cleanup_free_ char *text = render_stats(journal);
    _cleanup_free_ char *temporary = NULL;
    if (!text || asprintf(&temporary, "%s.tmp", journal->stats_path) < 0) {
        temporary = NULL;
        return -ENOMEM;
    }
    FILE *file = fopen(temporary, "we");
    if (!file)
        return -errno;
    bool written = fprintf(file, "%s\n", text) > 0;
    if (fclose(file) != 0 || !written)
        return -EIO;
    return rename(temporary, journal->stats_path) == 0 ? 0 : -errno;
}

/* SPDX-License-Identifier: MIT */
/* The model of the clients against what real clients did: each row of the data files. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clients/matcher.h"
#include "imds/http.h"
#include "lib/array.h"
#include "lib/buffer.h"
#include "lib/cleanup.h"
#include "lib/json.h"

enum { COLUMNS = 4, CLIENTS_MAX = 64 };

/* Undoes \n, \t and \\ in place. */
static void unescape(char *text)
{
    char *to = text;
    for (const char *from = text; *from; from++) {
        if (*from != '\\' || !from[1]) {
            *to++ = *from;
            continue;
        }
        from++;
        if (*from == 'n')
            *to++ = '\n';
        else if (*from == 't')
            *to++ = '\t';
        else
            *to++ = *from;
    }
    *to = '\0';
}

/* What the names in the data resolved to where that matters: see DEFECT_RESOLVES. */
static void resolve(struct request *request)
{
    static const struct {
        const char *name;
        const char *address;
    } hosts[] = { { "tenhost.example.net", "10.1.2.3" } };
    for (size_t i = 0; i < ELEMENTSOF(hosts); i++)
        if (strcmp(hosts[i].name, request->host) == 0)
            request->is_resolved = address_parse(hosts[i].address, &request->resolved) == 0;
}

/* Compares what the model says with an observation, of which the first letter will do. Returns
 * whether they agree, and says so if not. */
static bool agrees(
    const char *id, const char *no_proxy, const struct request *request, char observed)
{
    const struct client *client = client_find(id);
    assert_non_null(client);
    const char *list = strcmp(no_proxy, "<unset>") == 0 ? NULL : no_proxy;
    struct decision decision = matcher_route(client, list, request);
    if (*route_name(decision.route) == observed)
        return true;
    print_error("%s, no_proxy \"%s\", %s://%s:%u: observed %c, the model says %s (%.*s %s)\n", id,
        no_proxy, request->scheme, request->host_as_written, request->port, observed,
        route_name(decision.route), (int) decision.entry_length,
        decision.entry ? decision.entry : "", decision.why);
    return false;
}

/* What a file's lines have in common with those after them. */
struct reading {
    const char *clients[CLIENTS_MAX]; /* by letter, in a folded file */
    size_t client_count;
    size_t rows, wrong;
};

static void compare(struct reading *reading, const char *id, const char *list,
    const struct request *request, char seen)
{
    reading->rows++;
    reading->wrong += !agrees(id, list, request, seen);
}

/* The columns of a line are client, list, URL and route; or, folded, list, URL and a letter for
 * each client that the file's comment names. */
static void check_line(struct reading *reading, char *line, size_t count)
{
    char *columns[COLUMNS], *rest = line;
    for (size_t i = 0; i < count; i++)
        columns[i] = strsep(&rest, "\t");
    assert_non_null(columns[count - 1]);
    char *list = columns[count - 3];
    unescape(list);
    _cleanup_request_ struct request request = { 0 };
    const char *reason = NULL;
    assert_int_equal(request_parse(columns[count - 2], &request, &reason), 0);
    resolve(&request);
    if (count == COLUMNS)
        compare(reading, columns[0], list, &request, *columns[3]);
    for (size_t i = 0; count < COLUMNS && i < reading->client_count; i++)
        if (columns[2][i] != '-')
            compare(reading, reading->clients[i], list, &request, columns[2][i]);
}

static void read_names(struct reading *reading, char *names)
{
    for (char *name; (name = strsep(&names, " "));) {
        assert_true(reading->client_count < CLIENTS_MAX);
        reading->clients[reading->client_count++] = name;
    }
}

static void check_file(const char *path, size_t columns, size_t rows_min)
{
    static const char header[] = "# clients: ";
    _cleanup_fclose_ FILE *file = fopen(path, "re");
    assert_non_null(file);
    char *line = NULL, *names = NULL;
    size_t capacity = 0;
    struct reading reading = { 0 };
    while (getline(&line, &capacity, file) > 0) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, header, strlen(header)) == 0) {
            names = strdup(line + strlen(header));
            read_names(&reading, names);
        } else if (strncmp(line, "# ", 2) != 0)
            check_line(&reading, line, columns);
    }
    free(line);
    free(names);
    print_message("%s: %zu rows, %zu disagree\n", path, reading.rows, reading.wrong);
    assert_true(reading.rows >= rows_min);
    assert_int_equal(reading.wrong, 0);
}

static void test_observed(void **state)
{
    (void) state;
    check_file("tests/clients/observed.tsv", COLUMNS, 1637);
}

/* More clients and lists, as tests/clients/observe found them. */
static void test_observed_live(void **state)
{
    (void) state;
    check_file("tests/clients/observed-live.folded", COLUMNS - 1, 145485);
}

/* Lowers *best to what one run of all clients over a list takes, in microseconds of this process's
 * own time. */
static void time_list(const char *list, const struct request *request, double *best)
{
    struct timespec start, end;
    (void) clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
    for (size_t i = 0; i < clients_count; i++)
        assert_int_equal(matcher_route(&clients_table[i], list, request).route, ROUTE_PROXY);
    (void) clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    double took =
        (double) (end.tv_sec - start.tv_sec) * 1e6 + (double) (end.tv_nsec - start.tv_nsec) / 1e3;
    *best = took < *best ? took : *best;
}

/* Entries with a number in them, or the same text again and again. */
static void fill_list(struct buffer *list, const char *before, const char *after, size_t size)
{
    for (int i = 0; list->size < size; i++)
        assert_int_equal(after ? buffer_printf(list, "%s%d%s", before, 100 + i % 156, after)
                               : buffer_append_text(list, before),
            0);
}

/* A list of 8 KB, the longest that is ever written, and one four times as long, which takes four
 * times as long; 16 times would be quadratic. Other work on the machine can only make a run slower,
 * so the best of many counts; and they take turns, so that it is no busier for one of the two.
 * Names are what lists are full of. */
static void test_time_is_linear_in_the_list(void **state)
{
    (void) state;
    static const struct {
        const char *row, *before, *after, *url;
    } lists[] = {
        { "names", "host", ".example.com,", "http://www.example.org/" },
        { "blocks and an address", "10.", ".0.0/16,", "http://192.0.2.1/" },
        { "commas", ",", NULL, "http://www.example.org/" },
    };
    for (size_t i = 0; i < ELEMENTSOF(lists); i++) {
        _cleanup_buffer_ struct buffer once = { 0 }, four = { 0 };
        _cleanup_request_ struct request request = { 0 };
        const char *reason = NULL;
        double once_us = 1e9, four_us = 1e9;
        assert_int_equal(request_parse(lists[i].url, &request, &reason), 0);
        fill_list(&once, lists[i].before, lists[i].after, 8190);
        fill_list(&four, lists[i].before, lists[i].after, 32760);
        for (int run = 0; run < 20; run++) {
            time_list(once.data, &request, &once_us);
            time_list(four.data, &request, &four_us);
        }
        print_message(
            "%s: 8 KB: %.0f us, 32 KB: %.0f us, for all clients\n", lists[i].row, once_us, four_us);
        assert_true(four_us < 8 * once_us);
    }
}

static int setup(void **state)
{
    (void) state;
    json_init();
    return http_init();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_observed),
        cmocka_unit_test(test_observed_live),
        cmocka_unit_test(test_time_is_linear_in_the_list),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}

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

#include "base/array.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/http.h"
#include "base/json.h"
#include "proxy/matcher.h"

enum { COLUMNS = 4 };

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
static void resolve(struct target *target)
{
    static const struct {
        const char *name;
        const char *address;
    } hosts[] = { { "tenhost.example.net", "10.1.2.3" } };
    for (size_t i = 0; i < ELEMENTSOF(hosts); i++)
        if (strcmp(hosts[i].name, target->host) == 0)
            target->is_resolved = address_parse(hosts[i].address, &target->resolved) == 0;
}

/* Compares one row. Returns whether the model agrees, and says so if not. */
static bool agrees(char *columns[COLUMNS])
{
    const struct client *client = client_find(columns[0]);
    if (!client) {
        print_error("no client %s\n", columns[0]);
        return false;
    }
    bool is_set = strcmp(columns[1], "<unset>") != 0;
    unescape(columns[1]);
    _cleanup_target_ struct target target = { 0 };
    const char *reason = NULL;
    if (target_parse(columns[2], &target, &reason) < 0) {
        print_error("%s: %s\n", columns[2], reason);
        return false;
    }
    resolve(&target);
    struct verdict verdict = matcher_route(client, is_set ? columns[1] : NULL, &target);
    if (strcmp(route_name(verdict.route), columns[3]) == 0)
        return true;
    print_error("%s, no_proxy \"%s\", %s: observed %s, the model says %s (%.*s %s)\n", columns[0],
        columns[1], columns[2], columns[3], route_name(verdict.route), (int) verdict.entry_length,
        verdict.entry ? verdict.entry : "", verdict.why);
    return false;
}

static void check_file(const char *path, size_t rows_min)
{
    _cleanup_fclose_ FILE *file = fopen(path, "re");
    assert_non_null(file);
    char *line = NULL;
    size_t capacity = 0, rows = 0, wrong = 0;
    while (getline(&line, &capacity, file) > 0) {
        if (*line == '#')
            continue;
        line[strcspn(line, "\n")] = '\0';
        char *columns[COLUMNS], *rest = line;
        for (size_t i = 0; i < COLUMNS; i++)
            columns[i] = strsep(&rest, "\t");
        assert_non_null(columns[COLUMNS - 1]);
        rows++;
        wrong += !agrees(columns);
    }
    free(line);
    print_message("%s: %zu rows, %zu disagree\n", path, rows, wrong);
    assert_true(rows >= rows_min);
    assert_int_equal(wrong, 0);
}

static void test_observed(void **state)
{
    (void) state;
    check_file("tests/no-proxy/observed.tsv", 1637);
}

/* More clients and lists, as tests/clients/observe found them. */
static void test_observed_live(void **state)
{
    (void) state;
    check_file("tests/no-proxy/observed-live.tsv", 15424);
}

/* The best of several runs of all clients over one list, in microseconds. */
static double time_list(const char *list)
{
    _cleanup_target_ struct target target = { 0 };
    const char *reason = NULL;
    double best = 1e9;
    assert_int_equal(target_parse("http://www.example.org/", &target, &reason), 0);
    for (int run = 0; run < 20; run++) {
        struct timespec start, end;
        (void) clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
        for (size_t i = 0; i < clients_count; i++)
            assert_int_equal(matcher_route(&clients_table[i], list, &target).route, ROUTE_PROXY);
        (void) clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
        double took = (double) (end.tv_sec - start.tv_sec) * 1e6 +
                      (double) (end.tv_nsec - start.tv_nsec) / 1e3;
        best = took < best ? took : best;
    }
    return best;
}

static void fill_list(struct buffer *list, size_t size)
{
    for (int i = 0; list->size < size; i++)
        assert_int_equal(buffer_printf(list, "%shost%04d.example.com", i > 0 ? "," : "", i), 0);
}

/* A list of 8 KB, the longest that is ever written, and one twice as long. */
static void test_is_linear_and_fast(void **state)
{
    (void) state;
    _cleanup_buffer_ struct buffer once = { 0 }, twice = { 0 };
    fill_list(&once, 8190);
    fill_list(&twice, 16380);
    double once_us = time_list(once.data), twice_us = time_list(twice.data);
    print_message("8 KB: %.0f us, 16 KB: %.0f us, for all clients\n", once_us, twice_us);
    assert_true(twice_us < 4 * once_us);
#ifndef __SANITIZE_ADDRESS__
    assert_true(once_us < 2000);
#endif
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
        cmocka_unit_test(test_is_linear_and_fast),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}

/* The model of the clients against what real clients did: each row of the data files. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
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
        *to++ = *from == 'n' ? '\n' : *from == 't' ? '\t' : *from;
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

static int setup(void **state)
{
    (void) state;
    json_init();
    return http_init();
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_observed) };
    return cmocka_run_group_tests(tests, setup, NULL);
}

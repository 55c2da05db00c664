/* SPDX-License-Identifier: MIT */
/* agent/clients/view.c: the table and the JSON, byte for byte, of given routes. */

#include "clients/view.h"

#include "check.h"
#include "lib/memory.h"

enum { CLIENTS = 34 };

static struct client clients[CLIENTS];

static const char *const reasons_of[] = {
    [ROUTE_DIRECT] = "is the host",
    [ROUTE_PROXY] = "no entry matches",
    [ROUTE_ERROR] = "makes the client fail",
};

static enum route route_of(char letter)
{
    return letter == 'D' ? ROUTE_DIRECT : letter == 'P' ? ROUTE_PROXY : ROUTE_ERROR;
}

/* URLs have blanks between them. The routes are a word for each client, a letter for each URL: D,
 * P, E; or one word for all clients. All but those through the proxy come from the whole list. */
static void fill(struct explanation *explanation, const char *no_proxy, const char *urls,
    const char *routes, size_t client_count)
{
    *explanation = (struct explanation){ .no_proxy = no_proxy, .client_count = client_count };
    for (const char *p = urls; *p; p += strspn(p, " ")) {
        size_t length = strcspn(p, " ");
        check_number(urls, strings_append_n(&explanation->urls, p, length), 0);
        p += length;
    }
    size_t count = explanation->urls.count;
    explanation->requests = mem_calloc(count, sizeof(*explanation->requests));
    explanation->clients = mem_calloc(client_count, sizeof(const struct client *));
    explanation->decisions = mem_calloc(count * client_count, sizeof(*explanation->decisions));
    assert_non_null(explanation->requests);
    assert_non_null(explanation->clients);
    assert_non_null(explanation->decisions);
    const char *reason = NULL;
    for (size_t u = 0; u < count; u++)
        check_number(
            urls, request_parse(explanation->urls.items[u], &explanation->requests[u], &reason), 0);
    for (size_t c = 0; c < client_count; c++) {
        explanation->clients[c] = &clients[c];
        const char *word = strchr(routes, ' ') ? routes + c * (count + 1) : routes;
        for (size_t u = 0; u < count; u++) {
            enum route route = route_of(word[u]);
            bool has_entry = route != ROUTE_PROXY;
            explanation->decisions[u * client_count + c] = (struct decision){ .route = route,
                .entry = has_entry ? no_proxy : NULL,
                .entry_length = has_entry ? strlen(no_proxy) : 0,
                .why = reasons_of[route] };
        }
    }
}

#define ONE  "http://one.example/"
#define TWO  "http://two.example/"
#define NINE ONE " " ONE " " ONE " " ONE " " ONE " " ONE " " ONE " " ONE " " ONE

static const struct {
    const char *row, *urls, *routes;
    size_t clients;
    bool colour, has_findings;
    const char *expected;
} tables[] = {
    { "one client", ONE, "D", 1, false, false,
        "no_proxy  a,b\n"
        "\n"
        "                                                1       \n"
        "client-0                                        direct  \n"
        "\n"
        "  1  http://one.example/   1 direct\n" },
    { "all, folded", ONE " " TWO, "DP", 34, false, false,
        "no_proxy  a,b\n"
        "\n"
        "                                                1       2       \n"
        "all 34                                          direct  proxy   \n"
        "\n"
        "  1  http://one.example/   all 34 direct\n"
        "  2  http://two.example/   all 34 proxy\n" },
    { "two groups, the larger first", ONE, "D P P", 3, false, true,
        "no_proxy  a,b\n"
        "\n"
        "                                                1       \n"
        "client-1 client-2                               proxy   \n"
        "client-0                                        direct  \n"
        "\n"
        "  1  http://one.example/   1 direct, 2 proxy\n" },
    { "groups of one size stand in the order of the clients", ONE, "D P D P", 4, false, true,
        "no_proxy  a,b\n"
        "\n"
        "                                                1       \n"
        "client-0 client-2                               direct  \n"
        "client-1 client-3                               proxy   \n"
        "\n"
        "  1  http://one.example/   2 direct, 2 proxy\n" },
    { "all URLs count", ONE " " TWO, "DD DP DD PP", 4, false, true,
        "no_proxy  a,b\n"
        "\n"
        "                                                1       2       \n"
        "client-0 client-2                               direct  direct  \n"
        "client-1                                        direct  proxy   \n"
        "client-3                                        proxy   proxy   \n"
        "\n"
        "  1  http://one.example/   3 direct, 1 proxy\n"
        "  2  http://two.example/   2 direct, 2 proxy\n" },
    { "who fails", ONE, "E D D", 3, false, true,
        "no_proxy  a,b\n"
        "\n"
        "                                                1       \n"
        "client-1 client-2                               direct  \n"
        "client-0                                        error   \n"
        "\n"
        "  1  http://one.example/   2 direct, 1 error\n" },
    { "all fail", ONE, "E", 3, false, true,
        "no_proxy  a,b\n"
        "\n"
        "                                                1       \n"
        "all 3                                           error   \n"
        "\n"
        "  1  http://one.example/   all 3 error\n" },
    { "colour", ONE " " TWO, "DP DE DP", 3, true, true,
        "no_proxy  a,b\n"
        "\n"
        "                                                1       2       \n"
        "client-0 client-2                               \x1b[32mdirect  \x1b[0m\x1b[36mproxy   "
        "\x1b[0m\n"
        "client-1                                        \x1b[32mdirect  \x1b[0m\x1b[31merror   "
        "\x1b[0m\n"
        "\n"
        "  1  http://one.example/   all 3 direct\n"
        "  2  http://two.example/   2 proxy, 1 error\n" },
    { "many URLs make a wide table", NINE, "DDDDDDDDD", 2, false, false,
        "no_proxy  a,b\n"
        "\n"
        "                                                1       2       3       4       5       6 "
        "      7       8       9       \n"
        "all 2                                           direct  direct  direct  direct  direct  "
        "direct  direct  direct  direct  \n"
        "\n"
        "  1  http://one.example/   all 2 direct\n"
        "  2  http://one.example/   all 2 direct\n"
        "  3  http://one.example/   all 2 direct\n"
        "  4  http://one.example/   all 2 direct\n"
        "  5  http://one.example/   all 2 direct\n"
        "  6  http://one.example/   all 2 direct\n"
        "  7  http://one.example/   all 2 direct\n"
        "  8  http://one.example/   all 2 direct\n"
        "  9  http://one.example/   all 2 direct\n" },
    { "names that need more than a line", ONE,
        "D P P P P P P P P P P P P P P P P P P P P P P P P P P P P P P P P P", 34, false, true,
        "no_proxy  a,b\n"
        "\n"
        "                                                1       \n"
        "client-1 client-2 client-3 client-4 client-5    proxy   \n"
        "client-6 client-7 client-8 client-9 client-10\n"
        "client-11 client-12 client-13 client-14\n"
        "client-15 client-16 client-17 client-18\n"
        "client-19 client-20 client-21 client-22\n"
        "client-23 client-24 client-25 client-26\n"
        "client-27 client-28 client-29 client-30\n"
        "client-31 client-32 client-33\n"
        "client-0                                        direct  \n"
        "\n"
        "  1  http://one.example/   1 direct, 33 proxy\n" },
};

static void test_tables(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(tables); i++) {
        _cleanup_explanation_ struct explanation explanation = { 0 };
        _cleanup_buffer_ struct buffer text = { 0 };
        fill(&explanation, "a,b", tables[i].urls, tables[i].routes, tables[i].clients);
        check_number(
            tables[i].row, view_append_table(&explanation, tables[i].colour, false, &text), 0);
        check_text(tables[i].row, text.data, tables[i].expected);
        check_number(tables[i].row, explanation_has_findings(&explanation), tables[i].has_findings);
    }
}

/* An entry that was perhaps meant to cover the host is named where the request goes to the proxy.
 */
static const struct {
    const char *row, *no_proxy, *urls, *routes, *expected;
} reasons[] = {
    { "direct, error", "one.example", ONE, "D E",
        "no_proxy  one.example\n"
        "\n"
        "                                                1       \n"
        "client-0                                        direct  \n"
        "client-1                                        error   \n"
        "\n"
        "  1  http://one.example/   1 direct, 1 error\n"
        "\n"
        "http://one.example/\n"
        "  client-0         direct  \"one.example\" is the host\n"
        "  client-1         error   \"one.example\" makes the client fail\n" },
    { "nothing was meant", "a", ONE, "P P",
        "no_proxy  a\n"
        "\n"
        "                                                1       \n"
        "all 2                                           proxy   \n"
        "\n"
        "  1  http://one.example/   all 2 proxy\n"
        "\n"
        "http://one.example/\n"
        "  client-0         proxy   no entry matches\n"
        "  client-1         proxy   no entry matches\n" },
    { "a block was meant", "10.0.0.0/8", "http://10.1.2.3/", "D P",
        "no_proxy  10.0.0.0/8\n"
        "\n"
        "                                                1       \n"
        "client-0                                        direct  \n"
        "client-1                                        proxy   \n"
        "\n"
        "  1  http://10.1.2.3/   1 direct, 1 proxy\n"
        "\n"
        "http://10.1.2.3/\n"
        "  client-0         direct  \"10.0.0.0/8\" is the host\n"
        "  client-1         proxy   \"10.0.0.0/8\" is a block of addresses, which the client "
        "does not read as one\n" },
    { "no list", NULL, ONE " " TWO, "PP PP",
        "no_proxy  (not set)\n"
        "\n"
        "                                                1       2       \n"
        "all 2                                           proxy   proxy   \n"
        "\n"
        "  1  http://one.example/   all 2 proxy\n"
        "  2  http://two.example/   all 2 proxy\n"
        "\n"
        "http://one.example/\n"
        "  client-0         proxy   no entry matches\n"
        "  client-1         proxy   no entry matches\n"
        "\n"
        "http://two.example/\n"
        "  client-0         proxy   no entry matches\n"
        "  client-1         proxy   no entry matches\n" },
    { "what would steer a terminal", "a\x1b[31m\n\x7f", ONE, "D P",
        "no_proxy  a?[31m??\n"
        "\n"
        "                                                1       \n"
        "client-0                                        direct  \n"
        "client-1                                        proxy   \n"
        "\n"
        "  1  http://one.example/   1 direct, 1 proxy\n"
        "\n"
        "http://one.example/\n"
        "  client-0         direct  \"a?[31m??\" is the host\n"
        "  client-1         proxy   no entry matches\n" },
};

static void test_reasons(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(reasons); i++) {
        _cleanup_explanation_ struct explanation explanation = { 0 };
        _cleanup_buffer_ struct buffer text = { 0 };
        fill(&explanation, reasons[i].no_proxy, reasons[i].urls, reasons[i].routes, 2);
        check_number(reasons[i].row, view_append_table(&explanation, false, true, &text), 0);
        check_text(reasons[i].row, text.data, reasons[i].expected);
    }
}

static void test_json(void **state)
{
    (void) state;
    static const struct {
        const char *row, *no_proxy, *routes, *expected;
    } rows[] = {
        { "each client", "one.example", "D P E",
            "[{\n"
            "\t\t\"url\":\t\"http://one.example/\",\n"
            "\t\t\"client\":\t\"client-0\",\n"
            "\t\t\"route\":\t\"direct\",\n"
            "\t\t\"entry\":\t\"one.example\",\n"
            "\t\t\"why\":\t\"\\\"one.example\\\" is the host\"\n"
            "\t}, {\n"
            "\t\t\"url\":\t\"http://one.example/\",\n"
            "\t\t\"client\":\t\"client-1\",\n"
            "\t\t\"route\":\t\"proxy\",\n"
            "\t\t\"entry\":\tnull,\n"
            "\t\t\"why\":\t\"\\\"one.example\\\" does not reach the host in this client's "
            "reading\"\n"
            "\t}, {\n"
            "\t\t\"url\":\t\"http://one.example/\",\n"
            "\t\t\"client\":\t\"client-2\",\n"
            "\t\t\"route\":\t\"error\",\n"
            "\t\t\"entry\":\t\"one.example\",\n"
            "\t\t\"why\":\t\"\\\"one.example\\\" makes the client fail\"\n"
            "\t}]\n" },
        { "no list", NULL, "P",
            "[{\n"
            "\t\t\"url\":\t\"http://one.example/\",\n"
            "\t\t\"client\":\t\"client-0\",\n"
            "\t\t\"route\":\t\"proxy\",\n"
            "\t\t\"entry\":\tnull,\n"
            "\t\t\"why\":\t\"no entry matches\"\n"
            "\t}]\n" },
        { "no UTF-8, quotes, control characters", "\xff\"\xc3\xa4\n\xc3", "D",
            "[{\n"
            "\t\t\"url\":\t\"http://one.example/\",\n"
            "\t\t\"client\":\t\"client-0\",\n"
            "\t\t\"route\":\t\"direct\",\n"
            "\t\t\"entry\":\t\"\xef\xbf\xbd\\\"\xc3\xa4\\n\xef\xbf\xbd\",\n"
            "\t\t\"why\":\t\"\\\"?\\\"\xc3\xa4??\\\" is the host\"\n"
            "\t}]\n" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_explanation_ struct explanation explanation = { 0 };
        _cleanup_buffer_ struct buffer text = { 0 };
        fill(&explanation, rows[i].no_proxy, ONE, rows[i].routes, (strlen(rows[i].routes) + 1) / 2);
        check_number(rows[i].row, view_append_json(&explanation, &text), 0);
        check_text(rows[i].row, text.data, rows[i].expected);
    }
}

static int start(void **state)
{
    static char ids[CLIENTS][16];
    for (size_t c = 0; c < CLIENTS; c++) {
        (void) snprintf(ids[c], sizeof(ids[c]), "client-%zu", c);
        clients[c].id = ids[c];
    }
    return check_start(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_reasons),
        cmocka_unit_test(test_json),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}

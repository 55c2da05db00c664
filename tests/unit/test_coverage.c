/* SPDX-License-Identifier: MIT */
/* agent/clients/coverage.c: which clients are named, for which entries. The clients are this test's
 * own: what real ones honour is the business of their table. */

#include "clients/coverage.h"

#include "check.h"
#include "clients/table.h"
#include "lib/memory.h"

enum { READS_BLOCKS = NUMBER_V4 | NUMBER_V6 | BLOCK_V4 | BLOCK_V6 };

#define NAMES .plain = PLAIN_LABELS, .dot = DOT_SUBDOMAINS

const struct client clients_table[] = {
    { .id = "v6", NAMES, .ipv6_host = IPV6_BRACKETS },
    { .id = "text2", NAMES },
    { .id = "text3", NAMES },
    { .id = "text4", NAMES },
    { .id = "text5", NAMES },
    { .id = "text6", NAMES },
    { .id = "text7", NAMES },
    { .id = "no-port", NAMES, .numbers = READS_BLOCKS },
    { .id = "all", NAMES, .port = PORT_ONE_COLON, .numbers = READS_BLOCKS },
    { .id = "port-in-url", NAMES, .port = PORT_TEXT, .numbers = READS_BLOCKS },
    { .id = "star", NAMES, .star = STAR_ENTRY, .port = PORT_ONE_COLON, .numbers = READS_BLOCKS },
    { .id = "star-names",
        NAMES,
        .star = STAR_NAMES,
        .port = PORT_ONE_COLON,
        .numbers = READS_BLOCKS },
    { .id = "last", NAMES, .defects = DEFECT_LAST_ONLY },
    { .id = "v4", .name = "The Famous One", NAMES, .numbers = NUMBER_V6 | BLOCK_V6 },
};
const size_t clients_count = ELEMENTSOF(clients_table);

#define START   "no_proxy entry "
#define END     " will still use the proxy there (ec2-bootstrap explain shows which): "
#define BLOCK   END "add the names by which the hosts there are reached, too"
#define ADDRESS END "reach the host by a name, and add that"
#define PORT    END "write it without the port"
#define EIGHT                                                                                      \
    "The Famous One, v6, text2, text3, text4, text5 and 2 other clients" BLOCK /* of v4 blocks */
#define SEVEN "v6, text2, text3, text4, text5, text6, text7" BLOCK             /* of v6 blocks */

/* Entries in a row have blanks between them, warnings line ends. */
static const struct {
    const char *row, *meant, *expected;
    bool brackets;
} rows[] = {
    { "nothing", "", "", false },
    { "what all honour", "corp.example .corp.example 10.1.2.3 localhost", "", false },
    { "one client", "fd12::1", START "fd12::1: v6" ADDRESS, false },
    { "it reads brackets", "fd12::1", "", true },
    { "as many as are named", "fd12::/16", START "fd12::/16: " SEVEN, false },
    { "a block of one address is that address", "10.0.0.2/32", START "10.0.0.2/32: " EIGHT, false },
    { "more than are named", "10.0.0.0/8", START "10.0.0.0/8: " EIGHT, false },
    { "one line for a group", "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16",
        START "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16: " EIGHT, false },
    { "a group stands where its first entry does",
        "corp.example fd12::/16 10.0.0.0/8 fd13::/16 fd12::1 192.168.0.0/16",
        START "fd12::/16, fd13::/16: " SEVEN "\n" START "10.0.0.0/8, 192.168.0.0/16: " EIGHT
              "\n" START "fd12::1: v6" ADDRESS,
        false },
    { "as many entries as are named",
        "1.0.0.0/8 2.0.0.0/8 3.0.0.0/8 4.0.0.0/8 5.0.0.0/8 6.0.0.0/8 7.0.0.0/8 8.0.0.0/8",
        START "1.0.0.0/8, 2.0.0.0/8, 3.0.0.0/8, 4.0.0.0/8, 5.0.0.0/8, 6.0.0.0/8, 7.0.0.0/8, "
              "8.0.0.0/8: " EIGHT,
        false },
    { "more entries than are named",
        "1.0.0.0/8 2.0.0.0/8 3.0.0.0/8 4.0.0.0/8 5.0.0.0/8 6.0.0.0/8 7.0.0.0/8 8.0.0.0/8 9.0.0.0/8",
        START "1.0.0.0/8, 2.0.0.0/8, 3.0.0.0/8, 4.0.0.0/8, 5.0.0.0/8, 6.0.0.0/8, 7.0.0.0/8, "
              "8.0.0.0/8 and 1 more: " EIGHT,
        false },
    { "as people write them", "HTTP://10.1.2.3/ FD12::1", START "FD12::1: v6" ADDRESS, false },
};

/* Warns about entries, each of which may be none, with blanks between them. */
static void warn_about(const char *texts, bool brackets, struct strings *warnings)
{
    _cleanup_no_proxy_entries_ struct no_proxy_entries entries = { 0 };
    enum { ITEMS_MAX = 16 };
    const struct no_proxy_entry *items[ITEMS_MAX];
    struct no_proxy_selection meant = { .items = items };
    for (const char *p = texts; *p; p += strspn(p, " ")) {
        size_t length = strcspn(p, " ");
        _cleanup_mem_ char *text = mem_strndup(p, length);
        _cleanup_few_ struct few refused = { 0 };
        check_number(text, no_proxy_entries_parse(text, NULL, &entries, &refused, NULL), 0);
        check_number(text, refused.texts.count, 0);
        p += length;
    }
    for (; meant.count < entries.count && meant.count < ITEMS_MAX; meant.count++)
        items[meant.count] = &entries.items[meant.count];
    check_number(texts, coverage_warn(&meant, brackets, warnings), 0);
}

static void test_rows(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_strings_ struct strings warnings = { 0 };
        warn_about(rows[i].meant, rows[i].brackets, &warnings);
        _cleanup_mem_ char *joined = strings_join(&warnings, "\n");
        check_text(rows[i].row, joined, rows[i].expected);
    }
}

#define NINE "The Famous One, v6, text2, text3, text4, text5 and 3 other clients" PORT
#define TEN  "The Famous One, v6, text2, text3, text4, text5 and 4 other clients" PORT

/* A URL seldom names the port of its scheme. What the list has is kept. */
static void test_port(void **state)
{
    (void) state;
    static const struct {
        const char *meant, *expected;
    } ports[] = {
        { "corp.example:8080", START "corp.example:8080: " NINE },
        { "corp.example:80", START "corp.example:80: " TEN },
        { "corp.example:443", START "corp.example:443: " TEN },
        { ".corp.example:443", START ".corp.example:443: " TEN },
        { "10.1.2.3:80", START "10.1.2.3:80: " TEN },
    };
    for (size_t i = 0; i < ELEMENTSOF(ports); i++) {
        _cleanup_strings_ struct strings warnings = { 0 };
        check_number("append", strings_append(&warnings, "what stood there before"), 0);
        warn_about(ports[i].meant, false, &warnings);
        check_number("warnings", warnings.count, 2);
        check_text(ports[i].meant, warnings.items[0], "what stood there before");
        check_text(ports[i].meant, warnings.items[1], ports[i].expected);
    }
}

/* Nobody has written the VPC's blocks, so nobody can write them otherwise. */
static void test_vpc(void **state)
{
    (void) state;
    _cleanup_strings_ struct strings notes = { 0 };
    _cleanup_no_proxy_entry_ struct no_proxy_entry entry = { 0 };
    const struct no_proxy_entry *items[] = { &entry };
    const struct no_proxy_selection blocks = { items, 1 };
    check_number("parse", no_proxy_entry_parse("10.0.0.0/16", &entry, NULL), 0);
    check_number("note", coverage_note_vpc(&blocks, &notes), 0);
    check_number("notes", notes.count, 1);
    check_text("note", notes.items[0],
        "the VPC's blocks 10.0.0.0/16: The Famous One, v6, text2, text3, text4, text5 and 2 other "
        "clients" END "reach the VPC's hosts by their private DNS names, which every client "
        "exempts");
}

/* Where everything is to go direct it is the star that counts, for names and for addresses. */
static void test_everything(void **state)
{
    (void) state;
    _cleanup_strings_ struct strings warnings = { 0 };
    warn_about("*", false, &warnings);
    check_number("warnings", warnings.count, 1);
    check_text("*", warnings.items[0],
        START "*: The Famous One, v6, text2, text3, text4, text5 and 6 other clients will still "
              "use the proxy (ec2-bootstrap explain shows which): to use no proxy at all, leave "
              "proxy.http and proxy.https out");
}

/* Nobody asks for a host whose name is too long. */
static void test_long_names(void **state)
{
    (void) state;
    char name[260] = ".";
    for (size_t i = 0; i < 5; i++)
        (void) snprintf(name + strlen(name), sizeof(name) - strlen(name), "%s%.49s",
            i > 0 ? "." : "", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    check_number("the test's own name", strlen(name + 1), 249);
    _cleanup_strings_ struct strings warnings = { 0 };
    warn_about(name + 1, false, &warnings);
    check_number("the name itself is honoured", warnings.count, 0);
    warn_about(name, false, &warnings);
    check_number("names below it are not", warnings.count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_port),
        cmocka_unit_test(test_vpc),
        cmocka_unit_test(test_everything),
        cmocka_unit_test(test_long_names),
    };
    return cmocka_run_group_tests(tests, check_start, NULL);
}

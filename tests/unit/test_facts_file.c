/* SPDX-License-Identifier: MIT */
/* agent/instance/facts_file.c: what is kept of one run, and what of a file is believed. */

#include "instance/facts_file.h"

#include "files/paths.h"
#include "lib/memory.h"
#include "scratch.h"

#define MACHINE "instance i-0123456789abcdef0"
#define OTHER   "instance i-0fedcba9876543210"
#define HEAD    "{\"format\": 1, \"machine\": \"" MACHINE "\""

static void show(const struct facts *facts, struct buffer *ret)
{
    const char *region = facts->region ? facts->region : "-";
    const char *domain = facts->domain ? facts->domain : "-";
    check_number("show", buffer_printf(ret, "%s %s", region, domain), 0);
    for (size_t i = 0; i < facts->vpc_block_count; i++) {
        char text[ADDRESS_TEXT_MAX];
        address_format(&facts->vpc_blocks[i], text);
        check_number("show", buffer_printf(ret, " %s", text), 0);
    }
    for (size_t i = 0; i < facts->vpc_ipv6_block_count; i++) {
        char text[ADDRESS_TEXT_MAX];
        address_format(&facts->vpc_ipv6_blocks[i], text);
        check_number("show", buffer_printf(ret, " %s", text), 0);
    }
}

static const struct {
    const char *row, *text;
    int result;
    const char *expected; /* the facts, or the error */
} rows[] = {
    { "all",
        HEAD ", \"region\": \"eu-west-1\", \"domain\": \"amazonaws.com\", "
             "\"vpc_ipv4_blocks\": [\"10.0.0.0/16\", \"100.64.0.0/16\"]}",
        0, "eu-west-1 amazonaws.com 10.0.0.0/16 100.64.0.0/16" },
    { "IPv6",
        HEAD ", \"vpc_ipv4_blocks\": [\"10.0.0.0/16\"], "
             "\"vpc_ipv6_blocks\": [\"2600:1f18::/56\"]}",
        0, "- - 10.0.0.0/16 2600:1f18::/56" },
    { "some", HEAD ", \"region\": \"eu-west-1\", \"domain\": null}", 0, "eu-west-1 -" },
    { "a block twice", HEAD ", \"vpc_ipv4_blocks\": [\"10.0.0.0/16\", \"10.0.0.0/16\"]}", 0,
        "- - 10.0.0.0/16" },
    { "a key of a later version", HEAD ", \"region\": \"eu-west-1\", \"zone\": [1]}", 0,
        "eu-west-1 -" },
    { "none", HEAD "}", 0, "- -" },

    { "another machine", "{\"format\": 1, \"machine\": \"" OTHER "\", \"region\": \"eu-west-1\"}",
        -EXDEV, "" },
    { "another machine, and not valid",
        "{\"format\": 1, \"machine\": \"" OTHER "\", \"region\": 1}", -EXDEV, "" },
    { "no machine", "{\"format\": 1, \"region\": \"eu-west-1\"}", -EXDEV, "" },
    { "a machine that is no string", "{\"format\": 1, \"machine\": 1}", -EXDEV, "" },
    { "two machines", "{\"format\": 1, \"machine\": \"" MACHINE "\", \"machine\": \"" MACHINE "\"}",
        -EXDEV, "" },

    { "empty", "", -EBADMSG, "line 1: not valid JSON" },
    { "torn", HEAD ", \"region\": \"eu-we", -EBADMSG, "line 1: not valid JSON" },
    { "a list", "[]", -EBADMSG, "it is not a JSON object" },
    { "another format", "{\"format\": 2, \"machine\": \"" MACHINE "\"}", -EBADMSG,
        "its format is not 1" },
    { "no format", "{\"machine\": \"" MACHINE "\"}", -EBADMSG, "its format is not 1" },
    { "a number", HEAD ", \"region\": 1}", -EBADMSG, "\"region\": it is a number" },
    { "an object", HEAD ", \"domain\": {}}", -EBADMSG, "\"domain\": it is an object" },
    { "a number in the list", HEAD ", \"vpc_ipv4_blocks\": [\"10.0.0.0/16\", 1]}", -EBADMSG,
        "\"vpc_ipv4_blocks\": it is a number" },
    { "a region twice", HEAD ", \"region\": \"a\", \"region\": \"b\"}", -EBADMSG,
        "\"region\": it is there twice" },
    { "a region that is a list", HEAD ", \"region\": [\"eu-west-1\"]}", -EBADMSG,
        "\"region\": the answer is not a single name" },
    { "no name", HEAD ", \"region\": \"eu-west-1,*\"}", -EBADMSG,
        "\"region\": the answer is not a single name" },
    { "an empty name", HEAD ", \"domain\": \"\"}", -EBADMSG,
        "\"domain\": the answer is 0 bytes long" },
    { "a line end in a name", HEAD ", \"region\": \"eu-west-1\\nx\"}", -EBADMSG,
        "\"region\": the answer is not a single name" },
    { "no block", HEAD ", \"vpc_ipv4_blocks\": [\"10.0.0.0/16\", \"10.0.0.1\"]}", -EBADMSG,
        "\"vpc_ipv4_blocks\": line 2 of the answer is not valid" },
    { "an IPv4 block among those of IPv6", HEAD ", \"vpc_ipv6_blocks\": [\"10.0.0.0/8\"]}",
        -EBADMSG, "\"vpc_ipv6_blocks\": line 1 of the answer is not valid" },
    { "an IPv6 block among those of IPv4", HEAD ", \"vpc_ipv4_blocks\": [\"2001:db8::/56\"]}",
        -EBADMSG, "\"vpc_ipv4_blocks\": line 1 of the answer is not valid" },
};

static void test_parse(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_buffer_ struct buffer text = { 0 }, shown = { 0 };
        _cleanup_facts_ struct facts facts = { 0 };
        struct error err = { 0 };
        check_number(rows[i].row, buffer_append_text(&text, rows[i].text), 0);
        int r = facts_file_parse(&text, MACHINE, &facts, &err);
        check_number(rows[i].row, r, rows[i].result);
        show(&facts, &shown);
        check_text(rows[i].row, r == 0 ? shown.data : err.text, rows[i].expected);
        check_text(rows[i].row, r == 0 ? "- -" : shown.data, "- -");
    }
}

static struct facts some_facts(void)
{
    struct facts facts = { 0 };
    _cleanup_buffer_ struct buffer region = { 0 }, blocks = { 0 }, ipv6 = { 0 };
    check_number("region", buffer_append_text(&region, "us-east-1"), 0);
    check_number("region", facts_read_region(&region, &facts.region, NULL), 0);
    check_number("blocks", buffer_append_text(&blocks, "10.0.0.0/16\n100.64.0.0/16\n"), 0);
    check_number("blocks", facts_read_blocks(&blocks, &facts, NULL), 0);
    check_number("blocks", buffer_append_text(&ipv6, "2600:1f18::/56\n"), 0);
    check_number("blocks", facts_read_ipv6_blocks(&ipv6, &facts, NULL), 0);
    return facts;
}

static void test_render(void **state)
{
    (void) state;
    _cleanup_facts_ struct facts facts = some_facts();
    _cleanup_buffer_ struct buffer text = { 0 };
    facts.role = mem_strdup("web-server");
    facts.has_credentials = true;
    facts.credentials.secret_access_key = mem_strdup("wJalrXUtnFEMI");
    check_number("render", facts_file_render(&facts, MACHINE, &text), 0);
    check_text("render", text.data,
        "{\n\t\"format\":\t1,\n\t\"machine\":\t\"" MACHINE "\",\n\t\"region\":\t\"us-east-1\",\n"
        "\t\"domain\":\tnull,\n\t\"vpc_ipv4_blocks\":\t[\"10.0.0.0/16\", \"100.64.0.0/16\"],\n"
        "\t\"vpc_ipv6_blocks\":\t[\"2600:1f18::/56\"]\n}\n");
}

static void test_file(void **state)
{
    const struct scratch *scratch = *state;
    _cleanup_facts_ struct facts facts = some_facts(), read = { 0 }, none = { 0 };
    _cleanup_buffer_ struct buffer shown = { 0 };
    struct error err = { 0 };
    struct stat first, second;
    _cleanup_buffer_ struct buffer bytes = { 0 }, again = { 0 };
    check_number("none", facts_file_read(&scratch->tree, MACHINE, &read, &err), -ENOENT);
    check_number("write", facts_file_write(&scratch->tree, MACHINE, &facts), 0);
    check_number("stat", tree_read(&scratch->tree, PATH_FACTS, 4096, &bytes, &first), 0);
    check_number("mode", first.st_mode & 07777, 0600);
    check_number("read", facts_file_read(&scratch->tree, MACHINE, &read, &err), 0);
    show(&read, &shown);
    check_text("read", shown.data, "us-east-1 - 10.0.0.0/16 100.64.0.0/16 2600:1f18::/56");

    check_number("equal facts", facts_file_write(&scratch->tree, MACHINE, &facts), 0);
    check_number("stat", tree_read(&scratch->tree, PATH_FACTS, 4096, &again, &second), 0);
    check_that("a file that would be the same is not written", first.st_ino == second.st_ino);

    check_number("other", facts_file_read(&scratch->tree, OTHER, &none, &err), -EXDEV);
    check_number("of the other", facts_file_write(&scratch->tree, OTHER, &facts), 0);
    check_number("other", facts_file_read(&scratch->tree, OTHER, &none, &err), 0);
    check_number("remove", facts_file_remove(&scratch->tree), 0);
    check_number("gone", tree_exists(&scratch->tree, PATH_FACTS), 0);
    check_number("remove nothing", facts_file_remove(&scratch->tree), 0);
}

static void test_odd_file(void **state)
{
    const struct scratch *scratch = *state;
    _cleanup_facts_ struct facts facts = { 0 };
    _cleanup_mem_ char *huge = mem_calloc(1, 70000);
    struct error err = { 0 };
    check_that("memory", huge != NULL);
    memset(huge, ' ', 69999);
    scratch_write(scratch, PATH_FACTS, huge);
    check_number("huge", facts_file_read(&scratch->tree, MACHINE, &facts, &err), -EFBIG);
    check_text("huge", err.text, "File too large");
    check_number("remove", facts_file_remove(&scratch->tree), 0);
    check_number("directory", tree_make_directory(&scratch->tree, PATH_FACTS), 0);
    check_number("directory", facts_file_read(&scratch->tree, MACHINE, &facts, &err), -EISDIR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_render),
        cmocka_unit_test_setup_teardown(test_file, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_odd_file, scratch_setup, scratch_teardown),
    };
    return cmocka_run_group_tests(tests, check_start, NULL);
}

/* SPDX-License-Identifier: MIT */
/* agent/doctor/installed.c, programs.c: which clients are on a machine, by their files. */

#include "doctor/installed.h"

#include "doctor/programs.h"
#include "scratch.h"

#define DPKG   "/var/lib/dpkg/status"
#define PYTHON "/usr/lib/python3/dist-packages/"

static const struct {
    const char *row;
    const char *files[3][2];
    const char *found; /* "PROGRAM VERSION CLIENT", a line each */
} rows[] = {
    { "nothing", { { NULL } }, "" },
    { "a version of dpkg's",
        { { "/usr/bin/curl", "" },
            { DPKG, "Package: curlx\nStatus: install ok installed\nVersion: 1\n\nPackage: "
                    "curl\nStatus: install ok "
                    "installed\nArchitecture: all\nVersion: 7.88.1-10+deb12u5\n\n" } },
        "curl 7.88.1-10+deb12u5 curl-8.8\n" },
    { "with an epoch",
        { { "/usr/bin/curl", "" },
            { DPKG, "Package: curl\nStatus: install ok installed\nVersion: 2:7.86.0-1\n" } },
        "curl 7.86.0-1 curl-7.86\n" },
    { "a package that is gone",
        { { "/usr/bin/curl", "" },
            { DPKG, "Package: curl\nStatus: deinstall ok config-files\nVersion: 7.1\n" } },
        "curl  curl-8.18\n" },
    { "no list of packages", { { "/usr/bin/wget", "" } }, "wget  wget\n" },
    { "a version that the model has not",
        { { "/usr/bin/wget", "" },
            { DPKG, "Package: wget\nStatus: install ok installed\nVersion: 1.30\n" } },
        "wget 1.30 none\n" },
    { "before the first",
        { { "/usr/bin/wget", "" },
            { DPKG, "Package: wget\nStatus: install ok installed\nVersion: 1.12\n" } },
        "wget 1.12 none\n" },
    { "only the package",
        { { DPKG, "Package: wget\nStatus: install ok installed\nVersion: 1.21\n" } }, "" },
    { "Python's",
        { { PYTHON "requests-2.28.1.egg-info", "" },
            { PYTHON "requests_oauthlib-1.0.dist-info/x", "" },
            { PYTHON "httpx-0.27.0.dist-info/METADATA", "" } },
        "requests 2.28.1 python-requests\nhttpx 0.27.0 httpx\n" },
    { "below /usr/local",
        { { "/usr/local/lib/python3.11/site-packages/requests-2.34.0.dist-info/x", "" } },
        "requests 2.34.0 python-requests-2.34\n" },
    { "Perl's",
        { { "/usr/share/perl/5.36.0/HTTP/Tiny.pm", "# ABSTRACT\nour $VERSION = '0.080';\n" },
            { "/usr/share/perl5/LWP.pm", "package LWP;\nour $VERSION = '6.68';\n" } },
        "Perl's LWP 6.68 lwp-6.68\nHTTP::Tiny 0.080 http-tiny\n" },
    { "a module without a version", { { "/usr/share/perl5/HTTP/Tiny.pm", "1;\n" } },
        "HTTP::Tiny  http-tiny\n" },
};

static void finds_programs_and_versions(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        void *own = NULL;
        struct installed_clients found = { 0 };
        struct buffer text = { 0 };
        check_number(rows[i].row, scratch_setup(&own), 0);
        const struct scratch *scratch = own;
        for (size_t f = 0; f < 3 && rows[i].files[f][0]; f++)
            scratch_write(scratch, rows[i].files[f][0], rows[i].files[f][1]);
        check_number(rows[i].row, installed_find(&scratch->tree, &found), 0);
        for (size_t c = 0; c < found.count; c++)
            check_number(rows[i].row,
                buffer_printf(&text, "%s %s %s\n", found.items[c].program, found.items[c].version,
                    found.items[c].client ? found.items[c].client->id : "none"),
                0);
        check_text(rows[i].row, text.data ? text.data : "", rows[i].found);
        buffer_free(&text);
        installed_free(&found);
        check_number(rows[i].row, scratch_teardown(&own), 0);
    }
}

static const struct {
    const char *a, *b;
    int order;
} orders[] = {
    { "1", "1", 0 },
    { "1.2", "1.10", -1 },
    { "1.10", "1.2", 1 },
    { "1", "1.0", 0 },
    { "1", "1.0.1", -1 },
    { "7.88.1-10", "7.88.1", 0 },
    { "7.88.1-10", "7.89", -1 },
    { "0.080", "0.081", -1 },
    { "", "1", -1 },
    { "", "", 0 },
    { "2.99.dev", "2.99", 0 },
};

static void compares_by_numbers(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(orders); i++) {
        check_number(orders[i].a, installed_compare(orders[i].a, orders[i].b), orders[i].order);
        check_number(orders[i].b, installed_compare(orders[i].b, orders[i].a), -orders[i].order);
    }
}

/* Each row stands for a client of the model, in the order of its versions. */
static void the_table_is_of_the_model(void **state)
{
    (void) state;
    for (size_t i = 0; i < programs_count; i++)
        for (const struct program_version *row = programs[i].versions; row->from; row++) {
            check_number(programs[i].name, !row->client || client_find(row->client), 1);
            if (row > programs[i].versions)
                check_number(programs[i].name, installed_compare(row[-1].from, row->from), -1);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_programs_and_versions),
        cmocka_unit_test(compares_by_numbers),
        cmocka_unit_test(the_table_is_of_the_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

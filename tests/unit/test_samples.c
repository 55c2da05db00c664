/* SPDX-License-Identifier: MIT */
/* agent/clients/samples.c: the URLs that show what an entry does. */

#include "clients/samples.h"

#include "check.h"
#include "lib/memory.h"

#define NAME_10 "abcdefghi."
#define NAME_50 NAME_10 NAME_10 NAME_10 NAME_10 NAME_10

static const struct {
    const char *entry, *urls; /* with blanks between them */
} rows[] = {
    { "corp.example", "http://corp.example/ http://host.corp.example/" },
    { "corp.example:8080", "http://corp.example:8080/ http://host.corp.example:8080/" },
    { "corp.example:80", "http://corp.example/ http://host.corp.example/" },
    { "corp.example:443", "https://corp.example/ https://host.corp.example/" },
    { ".corp.example", "http://host.corp.example/" },
    { "*.corp.example:443", "https://host.corp.example/" },
    { "localhost", "http://localhost/" },
    { "10.1.2.3", "http://10.1.2.3/" },
    { "10.1.2.3:3128", "http://10.1.2.3:3128/" },
    { "fd00:ec2::254", "http://[fd00:ec2::254]/" },
    { "[fd00:ec2::254]:443", "https://[fd00:ec2::254]/" },
    { "*", "http://169.254.169.254/ https://www.example.com/" },

    /* Of a block an address that is not the block's own, where it has more than one. */
    { "10.0.0.0/8", "http://10.0.0.1/" },
    { "10.0.0.0/30", "http://10.0.0.1/" },
    { "10.0.0.2/31", "http://10.0.0.3/" },
    { "10.0.0.2/32", "http://10.0.0.2/" },
    { "0.0.0.0/0", "http://0.0.0.1/" },
    { "fd12::/16", "http://[fd12::1]/" },
    { "fd12::2/127", "http://[fd12::3]/" },
    { "fd12::2/128", "http://[fd12::2]/" },

    /* "host." and 248 characters are as long as a name can be. */
    { NAME_50 NAME_50 NAME_50 NAME_50 NAME_10 NAME_10 NAME_10 NAME_10 "abcdefgh",
        "http://" NAME_50 NAME_50 NAME_50 NAME_50 NAME_10 NAME_10 NAME_10 NAME_10 "abcdefgh/ "
        "http://host." NAME_50 NAME_50 NAME_50 NAME_50 NAME_10 NAME_10 NAME_10 NAME_10
        "abcdefgh/" },
    { NAME_50 NAME_50 NAME_50 NAME_50 NAME_10 NAME_10 NAME_10 NAME_10 "abcdefghi",
        "http://" NAME_50 NAME_50 NAME_50 NAME_50 NAME_10 NAME_10 NAME_10 NAME_10 "abcdefghi/" },
};

static void test_rows(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_no_proxy_entry_ struct no_proxy_entry entry = { 0 };
        _cleanup_strings_ struct strings urls = { 0 };
        check_number(rows[i].entry, no_proxy_entry_parse(rows[i].entry, &entry, NULL), 0);
        check_number(rows[i].entry, samples_of_entry(&entry, &urls), 0);
        check_number("again", samples_of_entry(&entry, &urls), 0); /* adds nothing */
        _cleanup_mem_ char *joined = strings_join(&urls, " ");
        check_text(rows[i].entry, joined, rows[i].urls);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows) };
    return cmocka_run_group_tests(tests, check_start, NULL);
}

/* SPDX-License-Identifier: MIT */
/* libFuzzer: any list, any URL, every client. The first line of the input is the URL; where there
 * is only one line, it is the list, for two URLs. */

#include <stdlib.h>
#include <string.h>

#include "clients/matcher.h"
#include "fuzz.h"
#include "proxy/no_proxy.h"

/* An entry that decided is a part of the list. */
static void check(const struct decision *decision, const char *list)
{
    if (decision->entry &&
        (decision->entry < list || decision->entry + decision->entry_length > list + strlen(list)))
        abort();
}

static void match_all(const char *url, const char *list)
{
    _cleanup_request_ struct request request = { 0 };
    const char *reason = NULL;
    if (request_parse(url, &request, &reason) < 0)
        return;
    for (size_t i = 0; i < clients_count; i++) {
        struct decision decision = matcher_route(&clients_table[i], list, &request);
        check(&decision, list);
    }
    struct decision miss = matcher_intended_entry(list, &request);
    check(&miss, list);
}

static int build(const char *text, char **ret)
{
    _cleanup_no_proxy_entries_ struct no_proxy_entries add = { 0 };
    _cleanup_no_proxy_meant_ struct no_proxy_meant meant = { 0 };
    _cleanup_strings_ struct strings warnings = { 0 };
    _cleanup_few_ struct few refused = { 0 };
    int r = no_proxy_entries_parse(text, NULL, &add, &refused, NULL);
    return r < 0 ? r
                 : no_proxy_build(
                       &(struct no_proxy_parts){ .add = &add }, &warnings, &meant, ret, NULL);
}

/* What is accepted as an addition must be accepted again in the form in which it was written. */
static void build_twice(const char *list)
{
    _cleanup_mem_ char *first = NULL, *second = NULL;
    if (build(list, &first) == 0 && (build(first, &second) < 0 || strcmp(first, second) != 0))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_mem_ char *text = mem_strndup((const char *) data, size);
    if (!text)
        return 0;
    char *newline = strchr(text, '\n');
    if (newline)
        *newline = '\0';
    if (newline)
        match_all(text, newline + 1);
    else {
        match_all("http://www.example.com:8080/", text);
        match_all("http://[fd00:ec2::254]/", text);
    }
    build_twice(newline ? newline + 1 : text);
    return 0;
}

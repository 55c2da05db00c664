/* SPDX-License-Identifier: MIT */
/* What explain makes of a pasted list and URLs, for all clients: a table, reasons and JSON, none
 * with a password, and the warnings of run. The input is a line with options, one with a URL, one
 * with another URL, and the list. Nothing is looked up. */

#include <errno.h>
#include <string.h>

#include "clients/coverage.h"
#include "clients/explanation.h"
#include "clients/view.h"
#include "fuzz.h"
#include "lib/json.h"
#include "proxy/no_proxy.h"

static void check_json(const struct buffer *text)
{
    _cleanup_json_ struct json *document = NULL;
    FUZZ_CHECK(json_parse(text->data, text->size, &document, NULL) == 0);
}

/* The reasons are in the table or in JSON: each asks all clients again. */
static void check_views(const struct explanation *explanation, bool colour, bool reasons)
{
    _cleanup_buffer_ struct buffer table = { 0 }, json = { 0 };
    FUZZ_CHECK(view_append_table(explanation, colour, reasons, &table) == 0 && table.size > 0);
    if (!reasons) {
        FUZZ_CHECK(view_append_json(explanation, &json) == 0);
        check_json(&json);
    }
    if (strstr(explanation->urls.items[0], ":S3cretQx@"))
        FUZZ_CHECK(!fuzz_contains(&table, "S3cretQx") && !fuzz_contains(&json, "S3cretQx"));
}

static void check_coverage(const char *list, bool brackets)
{
    _cleanup_no_proxy_entries_ struct no_proxy_entries add = { 0 };
    _cleanup_no_proxy_meant_ struct no_proxy_meant meant = { 0 };
    _cleanup_strings_ struct strings warnings = { 0 };
    _cleanup_few_ struct few refused = { 0 };
    _cleanup_mem_ char *built = NULL;
    if (no_proxy_entries_parse(list, NULL, &add, &refused, NULL) < 0)
        return;
    const struct no_proxy_parts parts = { .add = &add, .brackets = brackets };
    if (no_proxy_build(&parts, &warnings, &meant, &built, NULL) == 0)
        FUZZ_CHECK(coverage_warn(&meant.add, brackets, &warnings) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = fuzz_input_of(data, size);
    size_t options = fuzz_choice(&input, 10);
    _cleanup_mem_ char *ids = fuzz_line(&input), *first = fuzz_line(&input),
                       *second = fuzz_line(&input), *list = fuzz_text(&input);
    _cleanup_explanation_ struct explanation explanation = { .no_proxy = list };
    struct error err = { 0 };
    FUZZ_CHECK(strings_append(&explanation.urls, first) == 0);
    FUZZ_CHECK(!*second || strings_append(&explanation.urls, second) == 0);
    int r = explanation_choose_clients(&explanation, *ids ? ids : NULL, &err);
    if (r == 0)
        r = explanation_parse_urls(&explanation, &err);
    if (r < 0) {
        fuzz_check_error(&err);
        FUZZ_CHECK(err.status == EX_USAGE);
        return 0;
    }
    FUZZ_CHECK(explanation_find_routes(&explanation, &err) == 0);
    size_t routes = 0;
    for (enum route route = ROUTE_DIRECT; route <= ROUTE_ERROR; route++)
        routes += explanation_count(&explanation, 0, route);
    FUZZ_CHECK(routes == explanation.client_count);
    check_views(&explanation, options & 1, options & 2);
    if (options & 4)
        check_coverage(list, options & 1);
    return 0;
}

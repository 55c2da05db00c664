/* SPDX-License-Identifier: MIT */
/* A settings file: refused with a place and words, or read; read again over itself it says the
 * same. No refusal shows a password. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fuzz.h"
#include "memory_tree.h"
#include "settings/file.h"

#define PATH "/etc/ec2-bootstrap/config.json"

static char root[] = "";

static bool same_text(const char *a, const char *b)
{
    return !a == !b && (!a || strcmp(a, b) == 0);
}

static bool same_url(const struct proxy_url *a, const struct proxy_url *b)
{
    return !a == !b && (!a || strcmp(a->text, b->text) == 0);
}

static bool same_list(const struct settings_list *a, const struct settings_list *b)
{
    bool same = a->is_auto == b->is_auto && a->names.count == b->names.count;
    for (size_t i = 0; same && i < a->names.count; i++)
        same = strcmp(a->names.items[i], b->names.items[i]) == 0;
    return same;
}

/* All but no_proxy.add, which is joined. */
static void check_same(const struct settings *a, const struct settings *b)
{
    FUZZ_CHECK(same_url(a->proxy_http, b->proxy_http) && same_url(a->proxy_https, b->proxy_https));
    FUZZ_CHECK(same_text(a->proxy_username, b->proxy_username));
    FUZZ_CHECK(same_text(a->proxy_password_file, b->proxy_password_file));
    FUZZ_CHECK(same_text(a->imds_endpoint, b->imds_endpoint));
    FUZZ_CHECK(a->no_proxy_vpc == b->no_proxy_vpc && a->no_proxy_vpc_ipv6 == b->no_proxy_vpc_ipv6);
    FUZZ_CHECK(a->imds_mode == b->imds_mode && a->imds_allow_v1 == b->imds_allow_v1);
    FUZZ_CHECK(a->imds_deadline_s == b->imds_deadline_s && a->letter_case == b->letter_case);
    FUZZ_CHECK(a->credentials == b->credentials && a->no_proxy_brackets == b->no_proxy_brackets);
    FUZZ_CHECK(same_list(&a->outputs, &b->outputs));
    FUZZ_CHECK(same_list(&a->no_proxy_services, &b->no_proxy_services));
}

/* What the table promises of each key. */
static void check_values(const struct settings *settings)
{
    FUZZ_CHECK(!settings->proxy_http || settings->proxy_http->port > 0);
    FUZZ_CHECK(!settings->proxy_password_file || *settings->proxy_password_file == '/');
    FUZZ_CHECK(!settings->proxy_username || *settings->proxy_username);
    FUZZ_CHECK((unsigned int) settings->no_proxy_vpc < VPC_CHOICES);
    FUZZ_CHECK((unsigned int) settings->no_proxy_brackets < BRACKETS_CHOICES);
    FUZZ_CHECK((unsigned int) settings->credentials < CREDENTIALS_CHOICES);
    FUZZ_CHECK((unsigned int) settings->letter_case < LETTER_CASES);
    FUZZ_CHECK(settings->imds_deadline_s >= 1 && settings->imds_deadline_s <= 3600);
    FUZZ_CHECK(
        settings->imds_request_timeout_ms >= 10 && settings->imds_request_timeout_ms <= 60000);
    for (size_t i = 0; i < settings->warnings.texts.count; i++)
        FUZZ_CHECK(strncmp(settings->warnings.texts.items[i], PATH ":", strlen(PATH) + 1) == 0);
}

static int load(struct settings *settings)
{
    const struct tree tree = { .fd = -1, .path = root };
    struct error err = { 0 };
    int r = settings_file_load(&tree, PATH, settings, &err);
    FUZZ_CHECK(r == 0 || r == -EINVAL || r == -EBADMSG);
    if (r < 0) {
        fuzz_check_error(&err);
        FUZZ_CHECK(err.status == EX_CONFIG && strncmp(err.text, PATH ":", strlen(PATH) + 1) == 0);
    } else
        check_values(settings);
    return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = fuzz_input_of(data, size);
    struct buffer file = fuzz_rest(&input);
    memory_tree_add(PATH, &file);
    _cleanup_settings_ struct settings once = settings_default(), twice = settings_default();
    if (load(&once) == 0) {
        FUZZ_CHECK(load(&twice) == 0 && load(&twice) == 0);
        check_same(&once, &twice);
        FUZZ_CHECK(twice.no_proxy_add.count == 2 * once.no_proxy_add.count ||
                   twice.no_proxy_add.count == once.no_proxy_add.count);
    }
    memory_tree_clear();
    return 0;
}

/* SPDX-License-Identifier: MIT */
/* Names of AWS services: what they become are hosts, in every partition. */

#include <ctype.h>
#include <string.h>

#include "fuzz.h"
#include "lib/array.h"
#include "proxy/aws_services.h"

static const struct aws_service_place places[] = { { "us-east-1", "amazonaws.com" },
    { "cn-north-1", "amazonaws.com.cn" }, { "us-gov-west-1", "amazonaws.com" },
    { "eusc-de-east-1", "amazonaws.eu" }, { NULL, NULL }, { "xx-new-1", "new.example" } };

static bool is_host(const char *host)
{
    for (const char *p = host; *p; p++)
        if (!isalnum((unsigned char) *p) && !strchr("-._", *p))
            return false;
    return *host && strcmp(host, ".") != 0 && !strstr(host, "..");
}

/* As settings/keys.c lets through. */
static bool is_service(const char *text)
{
    return isalnum((unsigned char) *text) &&
           text[strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.")] ==
               '\0';
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = fuzz_input_of(data, size);
    const struct aws_service_place *place = &places[fuzz_choice(&input, ELEMENTSOF(places))];
    _cleanup_mem_ char *text = fuzz_line(&input), *list = fuzz_text(&input);
    _cleanup_strings_ struct strings hosts = { 0 }, warnings = { 0 };
    int alone = aws_service_is_host_alone(text), exempt = aws_service_is_exempt("s3", list);
    FUZZ_CHECK((alone == 0 || alone == 1) && (exempt == 0 || exempt == 1));
    if (!is_service(text))
        return 0;
    int needs = aws_service_needs_place(text);
    FUZZ_CHECK(needs == 0 || needs == 1);
    int r = aws_service_append_hosts(text, place, &hosts, &warnings);
    FUZZ_CHECK(r == 0 || (r == 1 && needs && !place->region && hosts.count == 0));
    if (strstr(text, "..") || text[strlen(text) - 1] == '.')
        return 0;
    for (size_t i = 0; i < hosts.count; i++)
        FUZZ_CHECK(is_host(hosts.items[i]));
    return 0;
}

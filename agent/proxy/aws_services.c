/* SPDX-License-Identifier: MIT */
/* People know a service by the name of its endpoint service, of its API, of its host, or of the
 * product. None of them follows from another, so the table has them. */

#include "proxy/aws_services.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "lib/buffer.h"
#include "lib/memory.h"
#include "lib/suggest.h"
#include "proxy/aws_service_name.h"
#include "proxy/aws_service_table.h"

/* Whether two names are the same without hyphens and dots: "secrets-manager", "ecr-api". */
static bool is_alike(const char *a, const char *b)
{
    static const char marks[] = "-.";
    for (;;) {
        a += strspn(a, marks);
        b += strspn(b, marks);
        if (*a != *b)
            return false;
        if (!*a)
            return true;
        a++;
        b++;
    }
}

/* Finds the name in the table for a name or another name. */
static bool aws_service_find(const char *name, const char **ret)
{
    for (size_t i = 0; i < aws_service_count; i++)
        if (strcmp(aws_service_table[i].name, name) == 0) {
            *ret = aws_service_table[i].name;
            return true;
        }
    for (size_t i = 0; i < aws_service_alias_count; i++)
        if (is_alike(aws_service_aliases[i].name, name)) {
            *ret = aws_service_aliases[i].service;
            return true;
        }
    for (size_t i = 0; i < aws_service_count; i++)
        if (is_alike(aws_service_table[i].name, name)) {
            *ret = aws_service_table[i].name;
            return true;
        }
    return false;
}

/* Finds the regular service whose FIPS names are meant, as "kms-fips". The SDKs have that rule for
 * every service without names of its own. */
static bool aws_service_find_fips(const char *name, const char **ret)
{
    static const char end[] = "-fips";
    size_t length = strlen(name), tail = strlen(end);
    if (length <= tail || strcmp(name + length - tail, end) != 0)
        return false;
    for (size_t i = 0; i < aws_service_count; i++) {
        const struct aws_service *row = &aws_service_table[i];
        if (strncmp(row->name, name, length - tail) == 0 && !row->name[length - tail]) {
            *ret = row->name;
            return *row->patterns == 'N';
        }
    }
    return false;
}

/* Values for the letters of a pattern; NULL: there is none. */
struct aws_service_values {
    const char *name, *region, *domain, *dual_stack, *on_aws;
};

static const char *value_of(const struct aws_service_values *values, char letter)
{
    switch (letter) {
    case 'N':
        return values->name;
    case 'R':
        return values->region;
    case 'D':
        return values->domain;
    case 'A':
        return values->dual_stack;
    default:
        return values->on_aws;
    }
}

/* Whether an earlier ".suffix" has all of a host, or of a suffix, below it. */
static bool is_covered(const struct strings *hosts, const char *host)
{
    for (size_t i = 0; i < hosts->count; i++) {
        size_t front;
        const char *suffix = hosts->items[i];
        if (strcmp(suffix, host) == 0)
            return true;
        if (*suffix == '.' && aws_service_is_below(host, suffix + 1, &front) && front > 0)
            return true;
    }
    return false;
}

/* Appends what one pattern says. 0 or -ENOMEM. */
static int append_pattern(const char *pattern, size_t length,
    const struct aws_service_values *values, struct strings *hosts)
{
    _cleanup_buffer_ struct buffer host = { 0 };
    for (size_t i = 0; i < length; i++) {
        const char *value = isupper((unsigned char) pattern[i]) ? value_of(values, pattern[i]) : "";
        if (!value)
            return 0;
        int r = *value ? buffer_append_text(&host, value) : buffer_append(&host, pattern + i, 1);
        if (r < 0)
            return r;
    }
    return is_covered(hosts, host.data) ? 0 : strings_append(hosts, host.data);
}

static int append_patterns(
    const char *patterns, const struct aws_service_values *values, struct strings *hosts)
{
    int r = 0;
    for (const char *p = patterns; r == 0 && *p; p += strspn(p, " ")) {
        size_t length = strcspn(p, " ");
        r = append_pattern(p, length, values, hosts);
        p += length;
    }
    return r;
}

/* Appends all rows of a service that are of this region. */
static int append_rows(const char *name, const char *text, const struct aws_service_values *values,
    struct strings *hosts, struct strings *warnings)
{
    for (size_t i = 0; i < aws_service_count; i++) {
        const struct aws_service *row = &aws_service_table[i];
        if (strcmp(row->name, name) != 0 ||
            (row->regions && !aws_service_begins_with(values->region, row->regions)))
            continue;
        if (append_patterns(row->patterns, values, hosts) < 0 ||
            (row->note &&
                strings_printf(warnings, "no_proxy.services: \"%s\": %s", text, row->note) < 0))
            return -ENOMEM;
    }
    return 0;
}

static const char *nearest(const char *name)
{
    size_t count = 0;
    _cleanup_mem_ const char **names =
        mem_calloc(aws_service_count + aws_service_alias_count, sizeof(const char *));
    if (!names)
        return NULL;
    for (size_t i = 0; i < aws_service_count; i++)
        names[count++] = aws_service_table[i].name;
    for (size_t i = 0; i < aws_service_alias_count; i++)
        names[count++] = aws_service_aliases[i].name;
    return suggest_word(name, names, count);
}

/* A name that the table does not have. */
static int append_unknown(const struct aws_service_reading *reading, const char *text,
    const struct aws_service_values *values, struct strings *hosts, struct strings *warnings)
{
    _cleanup_strings_ struct strings written = { 0 };
    const char *near = nearest(reading->name);
    if (append_patterns(reading->patterns, values, &written) < 0 ||
        append_patterns(reading->patterns, values, hosts) < 0)
        return -ENOMEM;
    const char *host = written.count > 0 ? written.items[0] : "nothing";
    return near ? strings_printf(warnings,
                      "no_proxy.services: \"%s\" is not a known service: written as %s; did you "
                      "mean \"%s\"?",
                      text, host, near)
                : strings_printf(warnings,
                      "no_proxy.services: \"%s\" is not a known service: written as %s; if its "
                      "host has another name, put that into no_proxy.add",
                      text, host);
}

/* What names no service whose hosts can be known. */
static int warn_form(enum aws_service_form form, const char *text, struct strings *warnings)
{
    const char *reason =
        form == AWS_SERVICE_ENDPOINT
            ? "is the id of a VPC endpoint: left out; name its service, such as \"ssm\", or put "
              "the endpoint's host names into no_proxy.add"
        : form == AWS_SERVICE_FOREIGN
            ? "is an endpoint service whose host names its owner chooses: left out; put them into "
              "no_proxy.add"
            : "names no service: left out; write a name such as \"ssm\"";
    return strings_printf(warnings, "no_proxy.services: \"%s\" %s", text, reason);
}

static int warn_region(const struct aws_service_reading *reading, const char *text,
    const struct aws_service_place *place, struct strings *warnings)
{
    if (!reading->region || !place->region || strcmp(reading->region, place->region) == 0)
        return 0;
    return strings_printf(warnings,
        "no_proxy.services: \"%s\" is of the region %s, and this instance is in %s: written for "
        "%s; "
        "write \"%s\" for this region, or host names where the other one is meant",
        text, reading->region, place->region, reading->region, reading->name);
}

static int append_service(const struct aws_service_reading *reading, const char *text,
    const struct aws_service_place *place, struct strings *hosts, struct strings *warnings)
{
    const char *region = reading->region ? reading->region : place->region;
    bool is_ours = place->region && strcmp(region, place->region) == 0;
    const struct aws_partition *partition = is_ours && place->domain
                                                ? aws_partition_of_domain(place->domain)
                                                : aws_partition_of_region(region);
    const char *known = NULL;
    bool is_named = aws_service_find(reading->name, &known);
    bool is_known = is_named || aws_service_find_fips(reading->name, &known);
    const struct aws_service_values values = {
        .name = is_named ? known : reading->name,
        .region = region,
        .domain = is_ours && place->domain ? place->domain : partition->domain,
        .dual_stack = partition ? partition->dual_stack : NULL,
        .on_aws = partition ? partition->on_aws : NULL,
    };
    if (warn_region(reading, text, place, warnings) < 0)
        return -ENOMEM;
    return is_known ? append_rows(known, text, &values, hosts, warnings)
                    : append_unknown(reading, text, &values, hosts, warnings);
}

int aws_service_needs_place(const char *text)
{
    static const struct aws_service_place nowhere;
    _cleanup_aws_service_reading_ struct aws_service_reading reading = { 0 };
    int r = aws_service_read(text, &nowhere, &reading);
    return r < 0 ? r : reading.form == AWS_SERVICE_NAME && !reading.region;
}

int aws_service_append_hosts(const char *text, const struct aws_service_place *place,
    struct strings *hosts, struct strings *warnings)
{
    _cleanup_aws_service_reading_ struct aws_service_reading reading = { 0 };
    int r = aws_service_read(text, place, &reading);
    if (r < 0)
        return r;
    const struct aws_service_values values = { .name = reading.name };
    switch (reading.form) {
    case AWS_SERVICE_HOST:
        return append_patterns("N .N", &values, hosts);
    case AWS_SERVICE_NAME:
        break;
    case AWS_SERVICE_ENDPOINT:
    case AWS_SERVICE_FOREIGN:
    case AWS_SERVICE_NOTHING:
        return warn_form(reading.form, text, warnings);
    }
    if (!reading.region && (!place->region || !place->domain))
        return 1;
    return append_service(&reading, text, place, hosts, warnings);
}

/* What is a region in the name of a host, or NULL. */
static char *region_of_host(const char *name)
{
    for (const char *label = name; *label;) {
        size_t length = strcspn(label, ".");
        if (aws_service_is_region(label, length))
            return mem_strndup(label, length);
        label += length + (label[length] == '.');
    }
    return NULL;
}

int aws_service_is_host_alone(const char *name)
{
    size_t length;
    if (!aws_service_is_aws_name(name, &length))
        return 0;
    _cleanup_mem_ char *region = region_of_host(name);
    const struct aws_partition *partition = aws_partition_of_region(region ? region : "");
    struct aws_service_values values = { .region = region,
        .domain = partition->domain,
        .dual_stack = partition->dual_stack,
        .on_aws = partition->on_aws };
    _cleanup_buffer_ struct buffer below = { 0 };
    if (buffer_printf(&below, ".%s", name) < 0)
        return -ENOMEM;
    for (size_t i = 0; i < aws_service_count; i++) {
        _cleanup_strings_ struct strings hosts = { 0 };
        values.name = aws_service_table[i].name;
        if (append_patterns(aws_service_table[i].patterns, &values, &hosts) < 0)
            return -ENOMEM;
        if (strings_contains(&hosts, name))
            return !strings_contains(&hosts, below.data);
    }
    return 0;
}

/* Whether a name has a host of the patterns below it, or is that host or below it. */
static int meets_patterns(
    const char *patterns, const struct aws_service_values *values, const char *name)
{
    _cleanup_strings_ struct strings hosts = { 0 };
    size_t length;
    if (append_patterns(patterns, values, &hosts) < 0)
        return -ENOMEM;
    for (size_t i = 0; i < hosts.count; i++) {
        const char *host = hosts.items[i] + (*hosts.items[i] == '.');
        if (aws_service_is_below(name, host, &length) || aws_service_is_below(host, name, &length))
            return 1;
    }
    return 0;
}

/* Whether a name meets a host of the service: 1, 0 or -ENOMEM. */
static int meets_service(const char *service, const char *name)
{
    _cleanup_mem_ char *found = region_of_host(name);
    const char *region = found ? found : "us-east-1";
    const struct aws_partition *partition = aws_partition_of_region(region);
    const struct aws_service_values values = { .name = service,
        .region = region,
        .domain = partition->domain,
        .dual_stack = partition->dual_stack,
        .on_aws = partition->on_aws };
    int r = 0;
    for (size_t i = 0; r == 0 && i < aws_service_count; i++)
        if (strcmp(aws_service_table[i].name, service) == 0)
            r = meets_patterns(aws_service_table[i].patterns, &values, name);
    return r;
}

/* "vpce-ID.s3.REGION.vpce.amazonaws.com", a name of one endpoint, without ".vpce". */
static void cut_endpoint(char *name)
{
    static const char mark[] = ".vpce.";
    char *found = strstr(name, mark);
    if (found)
        memmove(found, found + strlen(mark) - 1, strlen(found + strlen(mark) - 1) + 1);
}

int aws_service_is_exempt(const char *service, const char *no_proxy)
{
    int r = 0;
    for (const char *p = no_proxy; r == 0 && *p; p += strspn(p, ",")) {
        size_t length = strcspn(p, ","), skipped = strspn(p, "*.");
        if (length == 1 && *p == '*')
            return 1;
        _cleanup_mem_ char *name =
            skipped < length ? mem_strndup(p + skipped, length - skipped) : mem_strdup("");
        if (!name)
            return -ENOMEM;
        cut_endpoint(name);
        r = *name ? meets_service(service, name) : 0;
        p += length;
    }
    return r;
}

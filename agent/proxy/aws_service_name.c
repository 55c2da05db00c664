/* SPDX-License-Identifier: MIT */
/* A service's name comes with a region, a partition and a domain in it, or without. */

#include "proxy/aws_service_name.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "lib/array.h"
#include "lib/ascii.h"
#include "lib/buffer.h"
#include "lib/memory.h"

static const struct aws_partition partitions[] = {
    { "aws-cn", "cn-", "amazonaws.com.cn", "cn.com.amazonaws.", "api.amazonwebservices.com.cn",
        "on.amazonwebservices.com.cn" },
    { "aws-eusc", "eusc-", "amazonaws.eu", "eu.amazonaws.", "api.amazonwebservices.eu",
        "on.amazonwebservices.eu" },
    { "aws-iso", "us-iso-", "c2s.ic.gov", "gov.ic.c2s.", NULL, NULL },
    { "aws-iso-b", "us-isob-", "sc2s.sgov.gov", "gov.sgov.sc2s.", NULL, NULL },
    { "aws-iso-f", "us-isof-", "csp.hci.ic.gov", "gov.ic.hci.csp.", NULL, NULL },
    { "aws-iso-e", "eu-isoe-", "cloud.adc-e.uk", "uk.adc-e.cloud.", NULL, NULL },
    { "aws-us-gov", "us-gov-", "amazonaws.com", "com.amazonaws.", "api.aws", "on.aws" },
    { "aws", "", "amazonaws.com", "com.amazonaws.", "api.aws", "on.aws" },
};

/* Names of endpoint services that begin otherwise, and the hosts of those that the table does not
 * have. */
static const struct {
    const char *prefix;
    const char *name; /* stands in front of the name in the table */
    const char *patterns;
} endpoint_services[] = {
    { "aws.api.", "", "N.R.A .N.R.A" },
    { "aws.sagemaker.", "sagemaker.", "N.R.sagemaker.aws .N.R.sagemaker.aws" },
};

/* What the host of a service is where nothing is known of it. */
static const char guess[] = "N.R.D .N.R.D";

void aws_service_reading_free(struct aws_service_reading *reading)
{
    mem_free(reading->name);
    mem_free(reading->region);
    *reading = (struct aws_service_reading){ 0 };
}

bool aws_service_begins_with(const char *text, const char *front)
{
    return strncmp(text, front, strlen(front)) == 0;
}

bool aws_service_is_below(const char *name, const char *domain, size_t *ret_length)
{
    size_t length = strlen(name), end = domain ? strlen(domain) : length + 1;
    if (length < end || strcmp(name + length - end, domain) != 0 ||
        (length > end && name[length - end - 1] != '.'))
        return false;
    *ret_length = length > end ? length - end - 1 : 0;
    return true;
}

bool aws_service_is_aws_name(const char *name, size_t *ret_length)
{
    for (size_t i = 0; i < ELEMENTSOF(partitions); i++)
        if (aws_service_is_below(name, partitions[i].domain, ret_length) ||
            aws_service_is_below(name, partitions[i].dual_stack, ret_length) ||
            aws_service_is_below(name, partitions[i].on_aws, ret_length))
            return true;
    return strchr(name, '.') && aws_service_is_below(name, "aws", ret_length);
}

bool aws_service_is_region(const char *text, size_t length)
{
    size_t front = 0, end = length, hyphens = 0;
    while (front < length && islower((unsigned char) text[front]))
        front++;
    while (end > front && isdigit((unsigned char) text[end - 1]))
        end--;
    for (size_t i = front; i < end; i++) {
        if (text[i] != '-' && !islower((unsigned char) text[i]))
            return false;
        hyphens += text[i] == '-';
    }
    bool is_geography = front == 2 || (front == 4 && aws_service_begins_with(text, "eusc"));
    return is_geography && hyphens >= 2 && end < length && text[end - 1] == '-';
}

const struct aws_partition *aws_partition_of_region(const char *region)
{
    size_t i = 0;
    while (!aws_service_begins_with(region, partitions[i].regions))
        i++;
    return &partitions[i]; /* the last one fits all */
}

const struct aws_partition *aws_partition_of_domain(const char *domain)
{
    for (size_t i = 0; i < ELEMENTSOF(partitions); i++)
        if (strcmp(partitions[i].domain, domain) == 0)
            return &partitions[i];
    return NULL;
}

/* What stands behind a front, which may lack its last dot: then nothing does. NULL: another front.
 */
static const char *behind(const char *text, const char *front)
{
    size_t length = strlen(front), without_dot = length - 1;
    if (aws_service_begins_with(text, front))
        return text + length;
    return strlen(text) == without_dot && strncmp(text, front, without_dot) == 0
               ? text + without_dot
               : NULL;
}

/* What stands behind the front that names of endpoint services have; NULL when there is none.
 * Sets `reading->patterns`, and *ret_front to what stands in front of the name in the table. */
static const char *skip_front(
    const char *text, struct aws_service_reading *reading, const char **ret_front)
{
    const char *rest = NULL;
    *ret_front = "";
    reading->patterns = guess;
    for (size_t i = 0; !rest && i < ELEMENTSOF(endpoint_services); i++) {
        rest = behind(text, endpoint_services[i].prefix);
        *ret_front = rest ? endpoint_services[i].name : "";
        reading->patterns = rest ? endpoint_services[i].patterns : guess;
    }
    for (size_t i = 0; !rest && i < ELEMENTSOF(partitions); i++)
        rest = behind(text, partitions[i].endpoint_services);
    return rest;
}

/* Sets the name and the region of "REGION.NAME", "NAME.REGION" or "NAME". */
static int split_region(const char *text, const char *front, struct aws_service_reading *reading)
{
    _cleanup_buffer_ struct buffer name = { 0 };
    const char *last = strrchr(text, '.');
    size_t length = strlen(text), first = strcspn(text, ".");
    if (aws_service_is_region(text, first)) {
        reading->region = mem_strndup(text, first);
        text += first + (text[first] == '.');
        length = strlen(text);
    } else if (last && aws_service_is_region(last + 1, strlen(last + 1))) {
        reading->region = mem_strdup(last + 1);
        length = (size_t) (last - text);
    }
    if (length == 0) {
        reading->form = AWS_SERVICE_NOTHING;
        return 0;
    }
    if (buffer_append_text(&name, front) < 0 || buffer_append(&name, text, length) < 0)
        return -ENOMEM;
    reading->name = buffer_take(&name);
    return reading->name ? 0 : -ENOMEM;
}

int aws_service_read(
    const char *text, const struct aws_service_place *place, struct aws_service_reading *ret)
{
    _cleanup_aws_service_reading_ struct aws_service_reading reading = { .form = AWS_SERVICE_NAME };
    _cleanup_mem_ char *lower = mem_strdup(text);
    const char *front;
    size_t length = lower ? strlen(lower) : 0;
    if (!lower)
        return -ENOMEM;
    ascii_lower(lower);
    while (length > 0 && lower[length - 1] == '.')
        lower[--length] = '\0';

    const char *rest = skip_front(lower, &reading, &front);
    if (aws_service_is_aws_name(lower, &length) ||
        aws_service_is_below(lower, place->domain, &length)) {
        reading.form = AWS_SERVICE_HOST;
        reading.name = TAKE_PTR(lower);
    } else if (aws_service_begins_with(lower, "vpce-") && !strchr(lower, '.'))
        reading.form = aws_service_begins_with(lower, "vpce-svc-") ? AWS_SERVICE_FOREIGN
                                                                   : AWS_SERVICE_ENDPOINT;
    else if (rest && aws_service_begins_with(rest, "vpce."))
        reading.form = AWS_SERVICE_FOREIGN;
    else if (split_region(rest ? rest : lower, front, &reading) < 0)
        return -ENOMEM;
    *ret = reading;
    reading = (struct aws_service_reading){ 0 };
    return 0;
}

/* A service's name comes with a region, a partition and a domain in it, or without. */

#include "proxy/service_name.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "lib/array.h"
#include "lib/ascii.h"
#include "lib/buffer.h"
#include "lib/memory.h"

static const struct partition partitions[] = {
    { "cn-", "amazonaws.com.cn", "cn.com.amazonaws.", "api.amazonwebservices.com.cn",
        "on.amazonwebservices.com.cn" },
    { "eusc-", "amazonaws.eu", "eu.amazonaws.", "api.amazonwebservices.eu",
        "on.amazonwebservices.eu" },
    { "us-iso-", "c2s.ic.gov", "gov.ic.c2s.", NULL, NULL },
    { "us-isob-", "sc2s.sgov.gov", "gov.sgov.sc2s.", NULL, NULL },
    { "us-isof-", "csp.hci.ic.gov", "gov.ic.hci.csp.", NULL, NULL },
    { "eu-isoe-", "cloud.adc-e.uk", "uk.adc-e.cloud.", NULL, NULL },
    { "", "amazonaws.com", "com.amazonaws.", "api.aws", "on.aws" },
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

void service_reading_free(struct service_reading *reading)
{
    mem_free(reading->name);
    mem_free(reading->region);
    *reading = (struct service_reading){ 0 };
}

bool service_begins_with(const char *text, const char *front)
{
    return strncmp(text, front, strlen(front)) == 0;
}

bool service_is_below(const char *name, const char *domain, size_t *ret_length)
{
    size_t length = strlen(name), end = domain ? strlen(domain) : length + 1;
    if (length < end || strcmp(name + length - end, domain) != 0 ||
        (length > end && name[length - end - 1] != '.'))
        return false;
    *ret_length = length > end ? length - end - 1 : 0;
    return true;
}

bool service_is_aws_name(const char *name, size_t *ret_length)
{
    for (size_t i = 0; i < ELEMENTSOF(partitions); i++)
        if (service_is_below(name, partitions[i].domain, ret_length) ||
            service_is_below(name, partitions[i].dual_stack, ret_length) ||
            service_is_below(name, partitions[i].on_aws, ret_length))
            return true;
    return strchr(name, '.') && service_is_below(name, "aws", ret_length);
}

bool service_is_region(const char *text, size_t length)
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
    bool is_geography = front == 2 || (front == 4 && service_begins_with(text, "eusc"));
    return is_geography && hyphens >= 2 && end < length && text[end - 1] == '-';
}

const struct partition *partition_of_region(const char *region)
{
    size_t i = 0;
    while (!service_begins_with(region, partitions[i].regions))
        i++;
    return &partitions[i]; /* the last one fits all */
}

const struct partition *partition_of_domain(const char *domain)
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
    if (service_begins_with(text, front))
        return text + length;
    return strlen(text) == without_dot && strncmp(text, front, without_dot) == 0
               ? text + without_dot
               : NULL;
}

/* What stands behind the front that names of endpoint services have; NULL when there is none.
 * Sets `reading->patterns`, and *ret_front to what stands in front of the name in the table. */
static const char *skip_front(
    const char *text, struct service_reading *reading, const char **ret_front)
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
static int split_region(const char *text, const char *front, struct service_reading *reading)
{
    _cleanup_buffer_ struct buffer name = { 0 };
    const char *last = strrchr(text, '.');
    size_t length = strlen(text), first = strcspn(text, ".");
    if (service_is_region(text, first)) {
        reading->region = mem_strndup(text, first);
        text += first + (text[first] == '.');
        length = strlen(text);
    } else if (last && service_is_region(last + 1, strlen(last + 1))) {
        reading->region = mem_strdup(last + 1);
        length = (size_t) (last - text);
    }
    if (length == 0) {
        reading->form = SERVICE_NOTHING;
        return 0;
    }
    if (buffer_append_text(&name, front) < 0 || buffer_append(&name, text, length) < 0)
        return -ENOMEM;
    reading->name = buffer_take(&name);
    return reading->name ? 0 : -ENOMEM;
}

int service_read(const char *text, const struct service_place *place, struct service_reading *ret)
{
    _cleanup_service_reading_ struct service_reading reading = { .form = SERVICE_NAME };
    _cleanup_mem_ char *lower = mem_strdup(text);
    const char *front;
    size_t length = lower ? strlen(lower) : 0;
    if (!lower)
        return -ENOMEM;
    ascii_lower(lower);
    while (length > 0 && lower[length - 1] == '.')
        lower[--length] = '\0';

    const char *rest = skip_front(lower, &reading, &front);
    if (service_is_aws_name(lower, &length) || service_is_below(lower, place->domain, &length)) {
        reading.form = SERVICE_HOST;
        reading.name = TAKE_PTR(lower);
    } else if (service_begins_with(lower, "vpce-") && !strchr(lower, '.'))
        reading.form = service_begins_with(lower, "vpce-svc-") ? SERVICE_FOREIGN : SERVICE_ENDPOINT;
    else if (rest && service_begins_with(rest, "vpce."))
        reading.form = SERVICE_FOREIGN;
    else if (split_region(rest ? rest : lower, front, &reading) < 0)
        return -ENOMEM;
    *ret = reading;
    reading = (struct service_reading){ 0 };
    return 0;
}

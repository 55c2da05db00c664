#pragma once

/* The proxy settings as environment variables: what every output renders in its own words. */

#include <stdbool.h>
#include <stddef.h>

enum proxy_case { PROXY_CASE_BOTH, PROXY_CASE_LOWER, PROXY_CASE_UPPER };

/* Each is NULL when it is not set; without http and https no_proxy is NULL too. */
struct proxy_values {
    char *http;     /* canonical proxy URL, with its password */
    char *https;    /* likewise */
    char *no_proxy; /* entries with commas between them */
    enum proxy_case letter_case;
};

enum { PROXY_VARIABLES_MAX = 6 };

struct proxy_variable {
    const char *name;
    const char *value; /* borrowed from the values */
};

/* The variables to set, in the order in which they are written. Returns their number. */
size_t proxy_values_list(
    const struct proxy_values *values, struct proxy_variable variables[static PROXY_VARIABLES_MAX]);

/* Whether a variable, in either letter case, is one that the values set: nobody else may then set
 * it to something different. The name is not NUL-terminated. */
bool proxy_values_own(const struct proxy_values *values, const char *name, size_t length);

/* Whether any proxy is set. */
bool proxy_values_any(const struct proxy_values *values);

/* The proxy of a consumer that has one for both kinds of URLs: that of https, as most of them are,
 * else that of http. NULL when none is set. Borrowed. */
const char *proxy_values_single(const struct proxy_values *values);

void proxy_values_free(struct proxy_values *values);

#define _cleanup_proxy_values_ _cleanup_(proxy_values_free)

/* Names and letter cases of the variables. */

#include "proxy/values.h"

#include <string.h>
#include <strings.h>

#include "lib/array.h"
#include "lib/memory.h"

/* One row per variable; the letter cases are columns. */
static const struct {
    const char *names[2]; /* lower, upper */
    size_t value;         /* offset in struct proxy_values */
} variables_of[] = {
    { { "http_proxy", "HTTP_PROXY" }, offsetof(struct proxy_values, http) },
    { { "https_proxy", "HTTPS_PROXY" }, offsetof(struct proxy_values, https) },
    { { "no_proxy", "NO_PROXY" }, offsetof(struct proxy_values, no_proxy) },
};

enum { VARIABLES = ELEMENTSOF(variables_of) };

static const char *values_value_of(const struct proxy_values *values, size_t row)
{
    return *(char *const *) (const void *) ((const char *) values + variables_of[row].value);
}

size_t proxy_values_list(
    const struct proxy_values *values, struct proxy_variable variables[static PROXY_VARIABLES_MAX])
{
    const bool wanted[2] = { values->letter_case != PROXY_CASE_UPPER,
        values->letter_case != PROXY_CASE_LOWER };
    size_t count = 0;
    for (size_t c = 0; c < 2; c++)
        for (size_t i = 0; i < VARIABLES; i++)
            if (wanted[c] && values_value_of(values, i))
                variables[count++] =
                    (struct proxy_variable){ variables_of[i].names[c], values_value_of(values, i) };
    return count;
}

bool proxy_values_own(const struct proxy_values *values, const char *name, size_t length)
{
    for (size_t i = 0; i < VARIABLES; i++) {
        const char *own = variables_of[i].names[0];
        if (values_value_of(values, i) && strlen(own) == length &&
            strncasecmp(own, name, length) == 0)
            return true;
    }
    return false;
}

bool proxy_values_any(const struct proxy_values *values)
{
    return values->http || values->https;
}

const char *proxy_values_single(const struct proxy_values *values)
{
    return values->https ? values->https : values->http;
}

void proxy_values_free(struct proxy_values *values)
{
    mem_free(values->http);
    mem_free(values->https);
    mem_free(values->no_proxy);
    *values = (struct proxy_values){ 0 };
}

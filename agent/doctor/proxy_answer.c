/* SPDX-License-Identifier: MIT */
/* A proxy says by the scheme of a challenge what it wants, and by a header or the words of the
 * status why it does not let something through. */

#include "doctor/proxy_answer.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/array.h"
#include "lib/http_date.h"
#include "lib/printable.h"

/* Copies a value without blanks at both ends; cut when longer, or at a NUL. */
static void copy_header(const char *at, const char *end, char ret[static PROXY_ANSWER_TEXT_MAX])
{
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    while (at < end && strchr(" \t\r\n", end[-1]))
        end--;
    size_t length = (size_t) (end - at);
    if (length >= PROXY_ANSWER_TEXT_MAX)
        length = PROXY_ANSWER_TEXT_MAX - 1;
    (void) snprintf(ret, PROXY_ANSWER_TEXT_MAX, "%.*s", (int) length, at);
    printable_make(ret);
}

/* The first word of a challenge. */
static void take_challenge(struct proxy_answer *answer, const char *value, const char *end)
{
    char scheme[PROXY_ANSWER_TEXT_MAX], *schemes = answer->schemes;
    size_t used = strlen(schemes);
    copy_header(value, end, scheme);
    scheme[strcspn(scheme, " ,")] = '\0';
    if (*scheme && used + 2 + strlen(scheme) < sizeof(answer->schemes))
        (void) snprintf(
            schemes + used, sizeof(answer->schemes) - used, "%s%s", used > 0 ? ", " : "", scheme);
}

static void take_squid_error(struct proxy_answer *answer, const char *value, const char *end)
{
    copy_header(value, end, answer->reason);
}

static void take_aws(struct proxy_answer *answer, const char *value, const char *end)
{
    (void) value, (void) end;
    answer->is_of_aws = true;
}

/* "1.1 403 Filtered" */
static void take_status(struct proxy_answer *answer, const char *value, const char *end)
{
    const char *code = memchr(value, ' ', (size_t) (end - value));
    const char *words = code ? memchr(code + 1, ' ', (size_t) (end - code - 1)) : NULL;
    *answer = (struct proxy_answer){
        .has_begun = true, .is_http = answer->is_http || !answer->has_begun, .date = answer->date
    };
    if (words)
        copy_header(words, end, answer->reason);
}

void proxy_answer_take(struct proxy_answer *answer, const char *line, size_t length)
{
    static const struct {
        const char *front;
        void (*take)(struct proxy_answer *answer, const char *value, const char *end);
    } readers[] = {
        { "HTTP/", take_status },
        { "Proxy-Authenticate:", take_challenge },
        { "X-Squid-Error:", take_squid_error },
        { "x-amz", take_aws },
    };
    int64_t date = http_date_of_line(line, length);
    for (size_t i = 0; i < ELEMENTSOF(readers); i++) {
        size_t size = strlen(readers[i].front);
        if (length >= size && strncasecmp(line, readers[i].front, size) == 0)
            readers[i].take(answer, line + size, line + length);
    }
    if (date != 0)
        answer->date = date;
    answer->has_begun = true;
}

/* SPDX-License-Identifier: MIT */
/* The file /etc/docker/daemon.json, edited: see edit.c. What dockerd reads of it is looked for by
 * itself: to Go the case of letters of a key does not matter, and the last of two counts. */

#include <string.h>
#include <strings.h>

#include "fuzz.h"
#include "lib/array.h"
#include "lib/json.h"

/* The last member of that name; NULL: none. */
static const struct json *go_member(const struct json *object, const char *name)
{
    const struct json *found = NULL;
    for (const struct json *m = json_first(object); m; m = json_next(m))
        if (strcasecmp(json_key(m), name) == 0)
            found = m;
    return found;
}

/* The members beside "proxies" are as they were, in their order. */
static void check_others(const struct json *before, const struct json *after)
{
    const struct json *a = json_first(before), *b = json_first(after);
    for (; a && b; a = json_next(a), b = json_next(b)) {
        FUZZ_CHECK(strcmp(json_key(a), json_key(b)) == 0);
        FUZZ_CHECK(json_type(a) == json_type(b));
        if (json_type(a) == JSON_STRING)
            FUZZ_CHECK(strcmp(json_string(a), json_string(b)) == 0);
    }
    FUZZ_CHECK(!a && !b);
}

static void read_docker(const struct environment *environment, const struct content *before,
    const struct content *after)
{
    static const char *const names[] = { "http-proxy", "https-proxy", "no-proxy" };
    _cleanup_json_ struct json *old = NULL, *new = NULL;
    if (json_parse(before->bytes.data, before->bytes.size, &old, NULL) < 0 ||
        json_parse(after->bytes.data, after->bytes.size, &new, NULL) < 0 ||
        json_type(old) != JSON_OBJECT)
        return; /* of blanks, it stays as it is */
    check_others(old, new);
    const struct json *proxies = go_member(new, "proxies");
    if (!environment_proxy(environment) || !proxies || json_type(proxies) != JSON_OBJECT)
        return;
    for (size_t i = 0; i < ELEMENTSOF(names); i++) {
        const char *value = environment->values[i];
        const struct json *member = go_member(proxies, names[i]);
        FUZZ_CHECK(!value || (member && json_type(member) == JSON_STRING &&
                                 strcmp(json_string(member), value) == 0));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_edit("/etc/docker/daemon.json", read_docker, data, size);
    return 0;
}

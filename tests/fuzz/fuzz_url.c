/* SPDX-License-Identifier: MIT */
/* URLs: what is taken apart is clean, and put together again it is the same. */

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "fuzz.h"
#include "lib/ascii.h"
#include "lib/url.h"

static bool same(const char *a, const char *b)
{
    return !a == !b && (!a || strcmp(a, b) == 0);
}

static int parse(const char *text, struct url *ret)
{
    const char *reason = NULL;
    int r = url_parse(text, ret, &reason);
    FUZZ_CHECK(r == 0 || (r == -EINVAL && reason && *reason));
    return r;
}

/* scheme://user:password@host:port and the rest as it was. */
static struct buffer put_together(const struct url *url)
{
    struct buffer text = fuzz_buffer(url->scheme);
    int r = buffer_append_text(&text, "://");
    if (r == 0 && url->user)
        r = url_append_escaped(&text, url->user);
    if (r == 0 && url->password && buffer_append_text(&text, ":") == 0)
        r = url_append_escaped(&text, url->password);
    if (r == 0 && (url->user || url->password))
        r = buffer_append_text(&text, "@");
    if (r == 0)
        r = url_append_host(&text, url->host);
    if (r == 0 && url->port)
        r = buffer_printf(&text, ":%s", url->port);
    if (r == 0)
        r = buffer_append_text(&text, url->path);
    FUZZ_CHECK(r == 0);
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = fuzz_input_of(data, size);
    _cleanup_mem_ char *text = fuzz_text(&input);
    _cleanup_url_ struct url url = { 0 }, again = { 0 };
    if (parse(text, &url) < 0)
        return 0;
    FUZZ_CHECK(url.scheme && url.host && url.path && *url.host && *url.path == '/');
    FUZZ_CHECK(!url.user || !ascii_has_control(url.user));
    FUZZ_CHECK(!url.password || !ascii_has_control(url.password));
    FUZZ_CHECK(strlen(url.host) < 256 && !strpbrk(url.host, " /@?#%[]"));

    _cleanup_buffer_ struct buffer written = put_together(&url);
    FUZZ_CHECK(parse(written.data, &again) == 0);
    FUZZ_CHECK(same(url.scheme, again.scheme) && same(url.user, again.user));
    FUZZ_CHECK(same(url.password, again.password) && same(url.host, again.host));
    FUZZ_CHECK(same(url.port, again.port));
    return 0;
}

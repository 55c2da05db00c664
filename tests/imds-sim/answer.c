/* SPDX-License-Identifier: MIT */
/* The service as the EC2 user guide describes it: tokens, status codes, error pages. */

#include <errno.h>
#include <string.h>

#include "answer.h"
#include "lib/cleanup.h"

static const struct {
    int status;
    const char *reason;
} reasons[] = {
    { 200, "OK" },
    { 204, "No Content" },
    { 301, "Moved Permanently" },
    { 302, "Found" },
    { 304, "Not Modified" },
    { 307, "Temporary Redirect" },
    { 308, "Permanent Redirect" },
    { 400, "Bad Request" },
    { 401, "Unauthorized" },
    { 403, "Forbidden" },
    { 404, "Not Found" },
    { 405, "Method Not Allowed" },
    { 408, "Request Timeout" },
    { 429, "Too Many Requests" },
    { 500, "Internal Server Error" },
    { 502, "Bad Gateway" },
    { 503, "Service Unavailable" },
    { 504, "Gateway Timeout" },
};

void answer_clear(struct answer *answer)
{
    bytes_clear(&answer->body);
}

const char *answer_reason(int status)
{
    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
        if (reasons[i].status == status)
            return reasons[i].reason;
    }
    return "Unknown";
}

int answer_page(int status, struct answer *ret)
{
    static const char page[] =
        "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>\n"
        "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\"\n"
        "\t\"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd\">\n"
        "<html xmlns=\"http://www.w3.org/1999/xhtml\" xml:lang=\"en\" lang=\"en\">\n"
        " <head>\n"
        "  <title>%1$d - %2$s</title>\n"
        " </head>\n"
        " <body>\n"
        "  <h1>%1$d - %2$s</h1>\n"
        " </body>\n"
        "</html>\n";
    char *text = NULL;
    int length = asprintf(&text, page, status, answer_reason(status));
    if (length < 0)
        return -ENOMEM;
    *ret = (struct answer){ .status = status,
        .content_type = "text/html",
        .token_ttl = -1,
        .body = { .data = text, .size = (size_t) length } };
    return 0;
}

static bool is_token_path(const char *path)
{
    size_t version = tree_version_length(path);
    return version > 0 && strcmp(path + version, "/api/token") == 0;
}

bool answer_is_token_request(const struct request *request)
{
    return strcmp(request->method, "PUT") == 0 && is_token_path(request->path);
}

/* The seconds a client asks for, or 0 when they are none the service gives. */
static int parse_ttl(const char *text)
{
    if (!text || *text == '\0' || strlen(text) > 5 || text[strspn(text, "0123456789")] != '\0')
        return 0;
    long ttl = strtol(text, NULL, 10);
    return ttl >= TOKEN_TTL_MIN && ttl <= TOKEN_TTL_MAX ? (int) ttl : 0;
}

static int answer_token(
    struct tokens *tokens, const struct request *request, int64_t now, struct answer *ret)
{
    /* A forwarded PUT comes through a proxy: the service gives no token to those. */
    if (request->forwarded_for)
        return answer_page(403, ret);
    int ttl = parse_ttl(request->token_ttl);
    if (ttl == 0)
        return answer_page(400, ret);
    _cleanup_free_ char *text = malloc(TOKEN_LENGTH + 1);
    if (!text)
        return -ENOMEM;
    int r = token_issue(tokens, now, ttl, text);
    if (r < 0)
        return r;
    *ret = (struct answer){ .status = 200,
        .content_type = "text/plain",
        .token_ttl = ttl,
        .body = { .data = TAKE_PTR(text), .size = TOKEN_LENGTH } };
    return 0;
}

static int answer_data(
    const struct tree *tree, const struct request *request, int64_t token_ttl, struct answer *ret)
{
    struct bytes body;
    int r = tree_render(tree, request->path, time(NULL), &body);
    if (r == -ENOENT)
        return answer_page(404, ret);
    if (r < 0)
        return r;
    *ret = (struct answer){ .status = 200,
        .content_type = "text/plain",
        .token_ttl = token_ttl,
        .data = true,
        .body = body };
    return 0;
}

static bool is_read(const struct request *request)
{
    return strcmp(request->method, "GET") == 0 || strcmp(request->method, "HEAD") == 0;
}

int answer_request(const struct tree *tree, struct tokens *tokens, const struct request *request,
    int64_t now, enum token_state token, int64_t token_ttl, struct answer *ret)
{
    if (tree->endpoint_disabled)
        return answer_page(403, ret);
    if (answer_is_token_request(request))
        return answer_token(tokens, request, now, ret);
    if (!is_read(request) || is_token_path(request->path))
        return answer_page(405, ret);
    bool allowed = token == TOKEN_VALID || (token == TOKEN_MISSING && tree->tokens_optional);
    if (!allowed)
        return answer_page(401, ret);
    return answer_data(tree, request, token == TOKEN_VALID ? token_ttl : -1, ret);
}

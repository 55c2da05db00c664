/* SPDX-License-Identifier: MIT */
/* Strict reading of a request's head: what is not clearly HTTP/1 is refused. */

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "request.h"

/* More than any client of the service sends; a larger body is refused, not skipped. */
#define BODY_SIZE_MAX (UINT64_C(1) << 20)

static const struct {
    const char *name;
    size_t offset;
} headers[] = {
    { "X-aws-ec2-metadata-token", offsetof(struct request, token) },
    { "X-aws-ec2-metadata-token-ttl-seconds", offsetof(struct request, token_ttl) },
    { "X-Forwarded-For", offsetof(struct request, forwarded_for) },
    { "Connection", offsetof(struct request, connection) },
    { "Content-Length", offsetof(struct request, content_length) },
    { "Transfer-Encoding", offsetof(struct request, transfer_encoding) },
};

/* Cuts the line at its CRLF and moves on to the next; NULL when there is none. */
static char *take_line(char **text)
{
    char *line = *text;
    char *end = strstr(line, "\r\n");
    if (!end)
        return NULL;
    *end = '\0';
    *text = end + 2;
    return line;
}

static bool is_token(const char *text)
{
    if (*text == '\0')
        return false;
    for (; *text; text++) {
        if (!isgraph((unsigned char) *text) || strchr("()<>@,;:\\\"/[]?={}", *text))
            return false;
    }
    return true;
}

static int parse_request_line(char *line, struct request *ret)
{
    char *version = strrchr(line, ' ');
    char *target = strchr(line, ' ');
    if (!target || version == target)
        return -EBADMSG;
    *target++ = '\0';
    *version++ = '\0';
    ret->method = line;
    ret->path = target;
    bool old = strcmp(version, "HTTP/1.0") == 0;
    if (!old && strcmp(version, "HTTP/1.1") != 0)
        return -EBADMSG;
    ret->close = old;
    if (!is_token(line) || target[0] != '/' || strchr(target, ' '))
        return -EBADMSG;
    target[strcspn(target, "?#")] = '\0';
    return 0;
}

/* The first of two headers of the same name counts. */
static void store_header(const char *name, const char *value, struct request *ret)
{
    for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
        if (strcasecmp(name, headers[i].name) != 0)
            continue;
        const char **field = (const char **) ((char *) ret + headers[i].offset);
        if (!*field)
            *field = value;
    }
}

static int parse_header(char *line, struct request *ret)
{
    char *value = strchr(line, ':');
    if (!value)
        return -EBADMSG;
    *value++ = '\0';
    if (!is_token(line))
        return -EBADMSG;
    value += strspn(value, " \t");
    size_t length = strlen(value);
    while (length > 0 && strchr(" \t", value[length - 1]))
        length--;
    value[length] = '\0';
    store_header(line, value, ret);
    return 0;
}

static int parse_body_size(struct request *ret)
{
    if (ret->transfer_encoding)
        return -EBADMSG;
    if (!ret->content_length)
        return 0;
    size_t digits = strspn(ret->content_length, "0123456789");
    if (digits == 0 || digits > 18 || ret->content_length[digits] != '\0')
        return -EBADMSG;
    uint64_t size = strtoull(ret->content_length, NULL, 10);
    if (size > BODY_SIZE_MAX)
        return -EBADMSG;
    ret->body_size = size;
    return 0;
}

static int parse_head(char *text, struct request *ret)
{
    char *line = take_line(&text);
    int r = line ? parse_request_line(line, ret) : -EBADMSG;
    while (r == 0 && (line = take_line(&text)))
        r = parse_header(line, ret);
    if (r < 0)
        return r;
    if (ret->connection)
        ret->close = strcasestr(ret->connection, "close") != NULL ||
                     (ret->close && !strcasestr(ret->connection, "keep-alive"));
    return parse_body_size(ret);
}

int request_parse(char *head, size_t size, struct request *ret)
{
    *ret = (struct request){ .method = "", .path = "" };
    int r = -EBADMSG;
    if (size >= 4 && !memchr(head, '\0', size)) {
        bool whole = memcmp(head + size - 4, "\r\n\r\n", 4) == 0;
        /* The empty line gives way to the end of the text. */
        head[size - 2] = '\0';
        r = parse_head(head, ret);
        if (!whole)
            r = -EBADMSG;
    }
    if (r < 0) {
        ret->close = true;
        ret->body_size = 0;
    }
    return r;
}

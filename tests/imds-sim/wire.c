/* SPDX-License-Identifier: MIT */
/* From an answer and the faults of a rule to what goes over the wire. */

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>
#include <strings.h>

#include "lib/cleanup.h"
#include "wire.h"

/* So small that even a short answer has several chunks. */
#define CHUNK_SIZE 7

void wire_clear(struct wire *wire)
{
    bytes_clear(&wire->bytes);
}

static bool is_overridden(const struct rule *rule, const char *name)
{
    /* Also case-insensitive, as header names are. */
    return cJSON_GetObjectItem(rule->headers, name) != NULL;
}

/* Writes a header unless the rule has its own of that name. */
__attribute__((format(printf, 4, 5))) static void write_header(
    FILE *out, const struct rule *rule, const char *name, const char *format, ...)
{
    if (is_overridden(rule, name))
        return;
    (void) fprintf(out, "%s: ", name);
    va_list arguments;
    va_start(arguments, format);
    (void) vfprintf(out, format, arguments);
    va_end(arguments);
    (void) fputs("\r\n", out);
}

static void write_date(FILE *out, const struct rule *rule, const char *name, time_t when)
{
    char text[64];
    struct tm parts;
    if (gmtime_r(&when, &parts) &&
        strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &parts) > 0)
        write_header(out, rule, name, "%s", text);
}

/* FNV-1a: the service's ETag is a number that changes with the content. */
static uint32_t hash(const struct bytes *body)
{
    uint32_t value = UINT32_C(2166136261);
    for (size_t i = 0; i < body->size; i++)
        value = (value ^ (unsigned char) body->data[i]) * UINT32_C(16777619);
    return value;
}

static void write_length(FILE *out, const struct rule *rule, size_t body_size)
{
    if (rule->chunked)
        write_header(out, rule, "Transfer-Encoding", "chunked");
    if (rule->content_length != RULE_UNSET)
        write_header(out, rule, "Content-Length", "%" PRId64, rule->content_length);
    else if (!rule->chunked && !rule->no_content_length)
        write_header(out, rule, "Content-Length", "%zu", body_size);
}

static void write_head(
    FILE *out, const struct answer *answer, const struct rule *rule, time_t started, bool closes)
{
    (void) fprintf(out, "HTTP/1.1 %d %s\r\n", answer->status,
        rule->reason ? rule->reason : answer_reason(answer->status));
    if (answer->token_ttl >= 0)
        write_header(
            out, rule, "X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "%" PRId64, answer->token_ttl);
    write_header(out, rule, "Content-Type", "%s", answer->content_type);
    if (answer->data) {
        write_header(out, rule, "Accept-Ranges", "none");
        write_date(out, rule, "Last-Modified", started);
        write_header(out, rule, "ETag", "\"%" PRIu32 "\"", hash(&answer->body));
    }
    write_length(out, rule, answer->body.size);
    write_date(out, rule, "Date", time(NULL));
    write_header(out, rule, "Server", "EC2ws");
    write_header(out, rule, "Connection", "%s", closes ? "close" : "keep-alive");
    const cJSON *header;
    cJSON_ArrayForEach(header, rule->headers)
    {
        (void) fprintf(out, "%s: %s\r\n", header->string, header->valuestring);
    }
    (void) fputs("\r\n", out);
}

static void write_chunks(FILE *out, const struct bytes *body)
{
    for (size_t i = 0; i < body->size; i += CHUNK_SIZE) {
        size_t size = body->size - i < CHUNK_SIZE ? body->size - i : CHUNK_SIZE;
        (void) fprintf(out, "%zx\r\n", size);
        (void) fwrite(body->data + i, 1, size, out);
        (void) fputs("\r\n", out);
    }
    (void) fputs("0\r\n\r\n", out);
}

static void write_body(FILE *out, const struct answer *answer, const struct rule *rule)
{
    if (rule->chunked && !rule->raw)
        write_chunks(out, &answer->body);
    else if (answer->body.size > 0)
        (void) fwrite(answer->body.data, 1, answer->body.size, out);
}

/* What follows the answer: what the rule says, and otherwise what HTTP says. */
static enum ending choose_ending(const struct request *request, const struct rule *rule)
{
    if (rule->end != END_KEEP)
        return rule->end;
    /* Nothing more comes, and the client is not told. */
    if (rule->send != SEND_ALL)
        return END_HANG;
    return request->close || rule->no_content_length ? END_CLOSE : END_KEEP;
}

static size_t choose_send_size(const struct wire *wire, const struct rule *rule)
{
    size_t body_size = wire->bytes.size - wire->head_size;
    if (rule->stop_after_bytes != RULE_UNSET && (uint64_t) rule->stop_after_bytes < body_size)
        body_size = (size_t) rule->stop_after_bytes;
    switch (rule->send) {
    case SEND_NOTHING:
        return 0;
    case SEND_HEADERS:
        return wire->head_size;
    case SEND_ALL:
        break;
    }
    return wire->head_size + body_size;
}

int wire_render(const struct answer *answer, const struct request *request, const struct rule *rule,
    time_t started, struct wire *ret)
{
    struct wire wire = { .delay_ns = rule->delay_ns,
        .drip_head_ns = rule->drip_ns,
        .drip_body_ns = rule->drip_body_ns > 0 ? rule->drip_body_ns : rule->drip_ns,
        .end = choose_ending(request, rule) };
    FILE *out = open_memstream(&wire.bytes.data, &wire.bytes.size);
    if (!out)
        return -ENOMEM;
    if (!rule->raw)
        write_head(out, answer, rule, started, wire.end == END_CLOSE);
    (void) fflush(out);
    wire.head_size = wire.bytes.size;
    if (strcmp(request->method, "HEAD") != 0)
        write_body(out, answer, rule);
    int r = memstream_finish(&out);
    if (r < 0) {
        wire_clear(&wire);
        return r;
    }
    wire.send_size = choose_send_size(&wire, rule);
    *ret = wire;
    return 0;
}

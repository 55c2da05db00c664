/* SPDX-License-Identifier: MIT */
/* A result on its way from one process to another. */

#include <errno.h>
#include <string.h>

#include "doctor/side_by_side.h"
#include "lib/memory.h"

/* In front of the texts of one thing; the last one says that the result is whole. */
#define MARK_FINDING "finding"
#define MARK_FACT    "fact"
#define MARK_UNSEEN  "unseen"
#define MARK_MORE    "more"
#define MARK_END     "end"

/* With the NUL at its end. */
static int pack_text(struct buffer *ret, const char *text)
{
    return buffer_append(ret, text, strlen(text) + 1);
}

static int pack_list(struct buffer *ret, const char *mark, const struct strings *texts)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < texts->count; i++) {
        r = pack_text(ret, mark);
        if (r == 0)
            r = pack_text(ret, texts->items[i]);
    }
    return r;
}

int doctor_result_pack(const struct doctor_result *result, struct buffer *ret)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < result->count; i++) {
        const struct doctor_finding *finding = &result->items[i];
        const char *const texts[] = { MARK_FINDING, doctor_kinds[finding->kind].id,
            finding->subject, finding->seen, finding->remedy, finding->detail };
        for (size_t t = 0; r == 0 && t < sizeof(texts) / sizeof(*texts); t++)
            r = pack_text(ret, texts[t]);
    }
    for (size_t i = 0; r == 0 && i < result->left_out; i++)
        r = pack_text(ret, MARK_MORE);
    if (r == 0)
        r = pack_list(ret, MARK_FACT, &result->facts);
    if (r == 0)
        r = pack_list(ret, MARK_UNSEEN, &result->unseen);
    return r < 0 ? r : pack_text(ret, MARK_END);
}

/* The next text, or NULL. */
static const char *unpack_text(const struct buffer *bytes, size_t *at)
{
    const char *text = bytes->data + *at;
    const char *end = *at < bytes->size ? memchr(text, '\0', bytes->size - *at) : NULL;
    if (!end)
        return NULL;
    *at += (size_t) (end - text) + 1;
    return text;
}

static int unpack_finding(const struct buffer *bytes, size_t *at, struct doctor_result *ret)
{
    const char *texts[5];
    for (size_t i = 0; i < 5; i++) {
        texts[i] = unpack_text(bytes, at);
        if (!texts[i])
            return -EBADMSG;
    }
    enum doctor_kind_id kind = doctor_kind_find(texts[0]);
    if (kind == DOCTOR_KINDS)
        return -EBADMSG;
    int r = doctor_find(ret, kind, texts[1], texts[3], "%s", texts[2]);
    return r < 0 ? r : doctor_detail(ret, texts[4]);
}

/* What follows a mark. */
static int unpack_one(
    const char *mark, const struct buffer *bytes, size_t *at, struct doctor_result *ret)
{
    if (strcmp(mark, MARK_FINDING) == 0)
        return unpack_finding(bytes, at, ret);
    if (strcmp(mark, MARK_MORE) == 0) {
        ret->left_out++;
        return 0;
    }
    bool is_fact = strcmp(mark, MARK_FACT) == 0;
    const char *text = is_fact || strcmp(mark, MARK_UNSEEN) == 0 ? unpack_text(bytes, at) : NULL;
    return text ? strings_append(is_fact ? &ret->facts : &ret->unseen, text) : -EBADMSG;
}

int doctor_result_unpack(const struct buffer *bytes, struct doctor_result *ret)
{
    size_t at = 0;
    for (;;) {
        const char *mark = unpack_text(bytes, &at);
        if (!mark)
            return -EBADMSG;
        if (strcmp(mark, MARK_END) == 0)
            return at == bytes->size ? 0 : -EBADMSG;
        int r = unpack_one(mark, bytes, &at, ret);
        if (r < 0)
            return r;
    }
}

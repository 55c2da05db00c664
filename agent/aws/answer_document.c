/* SPDX-License-Identifier: MIT */
/* A member that is there twice is refused: which of them counts, readers disagree on. */

#include "aws/answer_document.h"

#include <errno.h>

int answer_document_parse(const struct buffer *body, struct json **ret, struct error *err)
{
    _cleanup_json_ struct json *document = NULL;
    int r = json_parse(body->data, body->size, &document, err);
    if (r == -EBADMSG)
        error_prefix(err, "the answer: ");
    if (r < 0)
        return r;
    if (json_type(document) != JSON_OBJECT)
        return error_set(err, EX_DATAERR, -EBADMSG, "the answer is %s, not an object",
            json_type_name(json_type(document)));
    *ret = TAKE_PTR(document);
    return 0;
}

/* A member that is not null. */
static int find_member(const struct json *object, const char *key, const char *where,
    enum json_type type, const struct json **ret, struct error *err)
{
    const struct json *member = NULL;
    int r = json_member(object, key, &member);
    if (r == -ENOTUNIQ)
        return error_set(err, EX_DATAERR, -EBADMSG, "%s has %s more than once", where, key);
    if (r < 0 || json_type(member) == JSON_NULL)
        return -ENOENT;
    if (json_type(member) != type)
        return error_set(err, EX_DATAERR, -EBADMSG, "%s in %s is %s, not %s", key, where,
            json_type_name(json_type(member)), json_type_name(type));
    *ret = member;
    return 0;
}

int answer_document_text(const struct json *object, const char *key, const char *where,
    const char **ret, struct error *err)
{
    const struct json *member = NULL;
    int r = find_member(object, key, where, JSON_STRING, &member, err);
    if (r == 0)
        *ret = json_string(member);
    return r;
}

int answer_document_list(
    const struct json *object, const char *key, const struct json **ret, struct error *err)
{
    const struct json *member = NULL;
    int r = find_member(object, key, "the answer", JSON_ARRAY, &member, err);
    if (r == 0 || r == -ENOENT)
        *ret = member;
    return r == -ENOENT ? 0 : r;
}

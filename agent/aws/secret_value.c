/* SPDX-License-Identifier: MIT */
/* What Secrets Manager answers, believed only in the shape that it documents. */

#include "aws/secret_value.h"

#include <errno.h>
#include <string.h>

#include "aws/answer_document.h"
#include "lib/json.h"
#include "lib/memory.h"

int secret_value_request(const char *id, const char *stage, struct buffer *ret)
{
    _cleanup_json_ struct json *request = json_new_object();
    if (!json_add_string(request, "SecretId", id) ||
        (stage && !json_add_string(request, "VersionStage", stage)))
        return -ENOMEM;
    return json_print(request, ret);
}

static int secret_value_copy(const struct json *document, char **ret, struct error *err)
{
    const char *text = NULL;
    const struct json *binary;
    int r = answer_document_text(document, "SecretString", "the answer", &text, err);
    if (r == -ENOENT && json_member(document, "SecretBinary", &binary) != -ENOENT)
        return error_set(err, EX_CONFIG, -EBADMSG,
            "the secret is binary: store its value as text (SecretString)");
    if (r == -ENOENT)
        return error_set(err, EX_DATAERR, -EBADMSG, "the answer has no SecretString");
    if (r < 0)
        return r;
    if (!*text)
        return error_set(err, EX_CONFIG, -EBADMSG, "the secret is empty: store a value in it");
    if (strlen(text) > SECRET_VALUE_SIZE_MAX)
        return error_set(err, EX_DATAERR, -EBADMSG, "SecretString has more than %d bytes",
            SECRET_VALUE_SIZE_MAX);
    *ret = mem_strdup(text);
    return *ret ? 0 : error_no_memory(err);
}

/* A text that may be absent. */
static int read_optional(
    const struct json *document, const char *key, char **ret, struct error *err)
{
    const char *text = "";
    int r = answer_document_text(document, key, "the answer", &text, err);
    if (r < 0 && r != -ENOENT)
        return r;
    *ret = mem_strdup(text);
    return *ret ? 0 : error_no_memory(err);
}

int secret_value_read(const struct buffer *answer, struct secret_value *ret, struct error *err)
{
    _cleanup_json_ struct json *document = NULL;
    _cleanup_mem_ char *name = NULL, *version = NULL, *text = NULL;
    int r = answer_document_parse(answer, &document, err);
    if (r == 0)
        r = secret_value_copy(document, &text, err);
    if (r == 0)
        r = read_optional(document, "Name", &name, err);
    if (r == 0)
        r = read_optional(document, "VersionId", &version, err);
    if (r < 0)
        return r;
    *ret = (struct secret_value){
        .name = TAKE_PTR(name), .version = TAKE_PTR(version), .text = TAKE_PTR(text)
    };
    return 0;
}

void secret_value_free(struct secret_value *secret)
{
    mem_free(secret->name);
    mem_free(secret->version);
    mem_free(secret->text);
    *secret = (struct secret_value){ 0 };
}

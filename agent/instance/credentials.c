/* SPDX-License-Identifier: MIT */
/* Reads what IMDS says about the role, and believes nothing of it unchecked. */

#include "instance/credentials.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "lib/array.h"
#include "lib/json.h"
#include "lib/memory.h"

enum { ROLE_MAX = 64, CODE_SHOWN_MAX = 64 };

static bool is_role_name(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char) text[i]) && (!text[i] || !strchr("+=,.@_-", text[i])))
            return false;
    /* "." and ".." have only allowed characters, and would walk the path that the name goes into.
     */
    return length >= 1 && length <= ROLE_MAX && strspn(text, ".") < length;
}

int credentials_parse_role(const struct buffer *body, char **ret, struct error *err)
{
    const char *text = body->data ? body->data : "";
    size_t length = body->size;
    while (length > 0 && strchr("\r\n", text[length - 1]) && text[length - 1])
        length--;
    if (length == 0)
        return error_set(err, EX_TEMPFAIL, -EAGAIN,
            "the instance has no role (yet): attach an instance profile");
    if (!is_role_name(text, length))
        return error_set(err, EX_DATAERR, -EBADMSG,
            "the answer (%zu bytes) is not the name of one IAM role", body->size);
    *ret = mem_strndup(text, length);
    return *ret ? 0 : error_no_memory(err);
}

/* Printable ASCII without blanks: what can stand in a header, an environment and a line of output.
 */
static bool is_plain(const char *text)
{
    for (const char *p = text; *p; p++)
        if ((unsigned char) *p <= ' ' || (unsigned char) *p >= 0x7f)
            return false;
    return *text != '\0';
}

static int get_string(
    const struct json *document, const char *key, const char **ret, struct error *err)
{
    const struct json *member;
    int r = json_member(document, key, &member);
    if (r == -ENOENT)
        return error_set(err, EX_DATAERR, -EAGAIN, "the credentials have no %s", key);
    if (r == -ENOTUNIQ)
        return error_set(err, EX_DATAERR, -EAGAIN, "the credentials have %s more than once", key);
    if (json_type(member) != JSON_STRING)
        return error_set(err, EX_DATAERR, -EAGAIN, "%s in the credentials is %s, not a string", key,
            json_type_name(json_type(member)));
    if (!is_plain(json_string(member)))
        return error_set(err, EX_DATAERR, -EAGAIN,
            "%s in the credentials is empty or has characters that are not valid there", key);
    *ret = json_string(member);
    return 0;
}

static int copy_string(const struct json *document, const char *key, char **ret, struct error *err)
{
    const char *value = NULL;
    int r = get_string(document, key, &value, err);
    if (r < 0)
        return r;
    *ret = mem_strdup(value);
    return *ret ? 0 : error_no_memory(err);
}

static int check_code(const struct json *document, struct error *err)
{
    const char *code = "";
    int r = get_string(document, "Code", &code, err);
    if (r < 0 || strcmp(code, "Success") == 0)
        return r;
    return error_set(err, EX_TEMPFAIL, -EAGAIN,
        "the metadata service has no credentials for the role: it says \"%.*s\" (check the role's "
        "trust policy and its instance profile)",
        CODE_SHOWN_MAX, code);
}

static int parse_expiration(const char *text, time_t *ret, struct error *err)
{
    struct tm parts = { 0 };
    const char *end = strptime(text, "%Y-%m-%dT%H:%M:%S", &parts);
    if (!end || strcmp(end, "Z") != 0)
        return error_set(err, EX_DATAERR, -EAGAIN,
            "Expiration in the credentials is not a time like 2026-01-02T03:04:05Z");
    *ret = timegm(&parts);
    return 0;
}

static int read_fields(
    const struct json *document, struct credentials *credentials, struct error *err)
{
    const struct {
        const char *key;
        char **ret;
    } fields[] = {
        { "AccessKeyId", &credentials->access_key_id },
        { "SecretAccessKey", &credentials->secret_access_key },
        { "Token", &credentials->session_token },
        { "Expiration", &credentials->expiration },
    };
    int r = check_code(document, err);
    for (size_t i = 0; r == 0 && i < ELEMENTSOF(fields); i++)
        r = copy_string(document, fields[i].key, fields[i].ret, err);
    return r;
}

int credentials_parse(const struct buffer *body, struct credentials *ret, struct error *err)
{
    _cleanup_json_ struct json *document = NULL;
    int r = json_parse(body->data ? body->data : "", body->size, &document, err);
    if (r == -EBADMSG) {
        error_prefix(err, "the credentials are not usable: ");
        return -EAGAIN;
    }
    if (r < 0)
        return r;
    if (json_type(document) != JSON_OBJECT)
        return error_set(err, EX_DATAERR, -EAGAIN, "the credentials are %s, not an object",
            json_type_name(json_type(document)));
    _cleanup_credentials_ struct credentials credentials = { 0 };
    r = read_fields(document, &credentials, err);
    if (r < 0)
        return r;
    r = parse_expiration(credentials.expiration, &credentials.expires, err);
    if (r < 0)
        return r;
    *ret = credentials;
    credentials = (struct credentials){ 0 };
    return 0;
}

int credentials_parse_info(const struct buffer *body, char **ret)
{
    _cleanup_json_ struct json *document = NULL;
    const char *code = "Success";
    int r = json_parse(body->data ? body->data : "", body->size, &document, NULL);
    *ret = NULL;
    if (r == -ENOMEM)
        return r;
    /* It only helps to explain: where it is not as expected there is nothing to tell. */
    if (r < 0 || json_type(document) != JSON_OBJECT ||
        get_string(document, "Code", &code, NULL) < 0)
        return 0;
    if (strcmp(code, "Success") == 0)
        return 0;
    *ret = mem_strndup(code, strnlen(code, CODE_SHOWN_MAX));
    return *ret ? 0 : -ENOMEM;
}

bool credentials_have_expired(const struct credentials *credentials, time_t now)
{
    return credentials->expires <= now;
}

void credentials_free(struct credentials *credentials)
{
    mem_free(credentials->access_key_id);
    mem_free(credentials->secret_access_key);
    mem_free(credentials->session_token);
    mem_free(credentials->expiration);
    *credentials = (struct credentials){ 0 };
}

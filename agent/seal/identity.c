/* SPDX-License-Identifier: MIT */
/* cloud-init keeps what the metadata service has told it, by the names that it has there. */

#include "seal/identity.h"

#include <errno.h>
#include <string.h>

#include "files/answer.h"
#include "lib/array.h"
#include "lib/json.h"
#include "lib/memory.h"

enum { ID_SIZE_MAX = 1024, INSTANCE_DATA_SIZE_MAX = 4 * 1024 * 1024 };

static int identity_add_instance(char *text, struct strings *instances)
{
    text[strcspn(text, " \r\n")] = '\0';
    return seal_is_instance_id(text) ? strings_add_unique(instances, text) : 0;
}

static bool is_account(const char *text)
{
    return strlen(text) == 12 && strspn(text, "0123456789") == 12;
}

/* IPv4 or IPv6; a loopback or link-local one is everybody's. */
static bool is_own_address(const char *text)
{
    static const char *const others[] = { "127.", "169.254.", "::1", "fe80:" };
    for (size_t i = 0; i < ELEMENTSOF(others); i++)
        if (strncmp(text, others[i], strlen(others[i])) == 0)
            return false;
    size_t length = strlen(text);
    return length >= strlen("1.2.3.4") && strspn(text, "0123456789abcdef.:") == length &&
           (strchr(text, '.') || strchr(text, ':'));
}

/* A string, or each of a list. */
static int add_strings(
    const struct json *value, bool (*is_one)(const char *text), struct strings *ret)
{
    int r = 0;
    if (json_type(value) == JSON_STRING)
        return is_one(json_string(value)) ? strings_add_unique(ret, json_string(value)) : 0;
    if (json_type(value) == JSON_ARRAY)
        for (const struct json *item = json_first(value); r == 0 && item; item = json_next(item))
            r = json_type(item) == JSON_STRING ? add_strings(item, is_one, ret) : 0;
    return r;
}

static int add_member(const struct json *member, struct seal_values *values)
{
    static const char *const accounts[] = { "accountId", "owner-id", "owner_id" };
    static const char *const addresses[] = { "local-ipv4", "local-ipv4s", "local_ipv4", "privateIp",
        "ipv6", "ipv6s" };
    int r = 0;
    for (size_t i = 0; r == 0 && i < ELEMENTSOF(accounts); i++)
        if (strcmp(json_key(member), accounts[i]) == 0)
            r = add_strings(member, is_account, &values->accounts);
    for (size_t i = 0; r == 0 && i < ELEMENTSOF(addresses); i++)
        if (strcmp(json_key(member), addresses[i]) == 0)
            r = add_strings(member, is_own_address, &values->addresses);
    return r;
}

/* The parser has a limit of its own for how deep this goes. */
static int add_members(const struct json *container, struct seal_values *values)
{
    int r = 0;
    for (const struct json *item = json_first(container); r == 0 && item; item = json_next(item)) {
        enum json_type type = json_type(item);
        if (json_type(container) == JSON_OBJECT)
            r = add_member(item, values);
        if (r == 0 && (type == JSON_OBJECT || type == JSON_ARRAY))
            r = add_members(item, values);
    }
    return r;
}

static int add_id(const struct json *document, struct strings *instances)
{
    const struct json *v1 = NULL, *id = NULL;
    if (json_member(document, "v1", &v1) < 0 || json_type(v1) != JSON_OBJECT ||
        json_member(v1, "instance_id", &id) < 0 || json_type(id) != JSON_STRING)
        return 0;
    _cleanup_mem_ char *text = mem_strdup(json_string(id));
    return text ? identity_add_instance(text, instances) : -ENOMEM;
}

static int read_instance_data(
    const struct tree *tree, const char *path, bool is_whole, struct seal_values *values)
{
    _cleanup_buffer_ struct buffer bytes = { 0 };
    _cleanup_json_ struct json *document = NULL;
    int r = tree_read(tree, path, INSTANCE_DATA_SIZE_MAX, &bytes, NULL);
    if (r == 0 && bytes.size > 0)
        r = json_parse(bytes.data, bytes.size, &document, NULL);
    if (r == -EBADMSG) /* text of others, which does not have to be valid */
        return 0;
    if (r < 0 || !document || json_type(document) != JSON_OBJECT)
        return file_answer(r);
    r = add_id(document, &values->instances);
    return r == 0 && is_whole ? add_members(document, values) : r;
}

/* Where they say nothing, the shape of an id tells it. */
int seal_identity_read(const struct tree *tree, bool is_whole, struct seal_values *values)
{
    static const char *const documents[] = { "/run/cloud-init/instance-data.json",
        "/run/cloud-init/instance-data-sensitive.json" };
    static const char *const files[] = { "/var/lib/cloud/data/instance-id",
        "/var/lib/cloud/data/previous-instance-id" };
    int r = 0;
    for (size_t i = 0; r == 0 && i < ELEMENTSOF(documents); i++)
        r = read_instance_data(tree, documents[i], is_whole, values);
    for (size_t i = 0; r == 0 && i < ELEMENTSOF(files); i++) {
        _cleanup_buffer_ struct buffer bytes = { 0 };
        r = tree_read(tree, files[i], ID_SIZE_MAX, &bytes, NULL);
        r = r == 0 && bytes.size > 0 ? identity_add_instance(bytes.data, &values->instances)
                                     : file_answer(r);
    }
    return r;
}

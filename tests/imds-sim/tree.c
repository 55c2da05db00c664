/* SPDX-License-Identifier: MIT */
/* The tree file as the service shows it: folders become listings, strings and $json become text. */

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sysexits.h>

#include "json_file.h"
#include "lib/cleanup.h"
#include "tree.h"

#define NAME_SIZE_MAX 256

/* What "/" lists. Any date is accepted as a version; these are the ones that clients ask for. */
static const char versions[] = "1.0\n2009-04-04\n2018-09-24\n2021-03-23\nlatest";

static const cJSON *json_leaf(const cJSON *node)
{
    return cJSON_GetObjectItemCaseSensitive(node, "$json");
}

static bool is_folder(const cJSON *node)
{
    return cJSON_IsObject(node) && !json_leaf(node);
}

/* The node that is neither folder nor leaf, or NULL when all are one of them. */
static const cJSON *find_misfit(const cJSON *node)
{
    if (cJSON_IsString(node))
        return NULL;
    if (!cJSON_IsObject(node))
        return node;
    if (json_leaf(node))
        return node->child->next ? node : NULL;
    const cJSON *child;
    cJSON_ArrayForEach(child, node)
    {
        const cJSON *misfit = find_misfit(child);
        if (misfit)
            return misfit;
    }
    return NULL;
}

/* A top-level switch: true when it has the value, false when it has the other or is absent. */
static int read_switch(const cJSON *document, const char *key, const char *const values[2])
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(document, key);
    if (!item)
        return 0;
    for (int i = 0; i < 2; i++) {
        if (cJSON_IsString(item) && strcmp(item->valuestring, values[i]) == 0)
            return i;
    }
    (void) fprintf(stderr, "imds-sim: tree: %s is \"%s\" or \"%s\"\n", key, values[0], values[1]);
    return -EINVAL;
}

int tree_load(const char *path, struct tree *ret)
{
    static const char *const tokens[] = { "required", "optional" };
    static const char *const endpoint[] = { "enabled", "disabled" };
    _cleanup_(cleanup_json) cJSON *document = NULL;
    int r = json_file_read(path, &document);
    if (r != 0)
        return r;
    const cJSON *latest = cJSON_GetObjectItemCaseSensitive(document, "latest");
    if (!is_folder(latest)) {
        (void) fprintf(stderr, "imds-sim: %s: no object \"latest\"\n", path);
        return EX_DATAERR;
    }
    const cJSON *misfit = find_misfit(latest);
    if (misfit) {
        (void) fprintf(stderr, "imds-sim: %s: \"%s\" is not a string, an object, or {\"$json\"}\n",
            path, misfit->string);
        return EX_DATAERR;
    }
    int optional = read_switch(document, "http_tokens", tokens);
    int disabled = read_switch(document, "http_endpoint", endpoint);
    if (optional < 0 || disabled < 0)
        return EX_DATAERR;
    *ret = (struct tree){ .document = TAKE_PTR(document),
        .latest = latest,
        .tokens_optional = optional > 0,
        .endpoint_disabled = disabled > 0 };
    return 0;
}

void tree_clear(struct tree *tree)
{
    cJSON_Delete(tree->document);
    *tree = (struct tree){ 0 };
}

static bool is_version(const char *name, size_t length)
{
    static const char date[] = "dddd-dd-dd";
    if ((length == 6 && memcmp(name, "latest", 6) == 0) ||
        (length == 3 && memcmp(name, "1.0", 3) == 0))
        return true;
    if (length != sizeof(date) - 1)
        return false;
    for (size_t i = 0; i < length; i++) {
        bool fits = date[i] == 'd' ? isdigit((unsigned char) name[i]) != 0 : name[i] == date[i];
        if (!fits)
            return false;
    }
    return true;
}

size_t tree_version_length(const char *path)
{
    if (path[0] != '/')
        return 0;
    size_t length = strcspn(path + 1, "/");
    return is_version(path + 1, length) ? length + 1 : 0;
}

/* Two hexadecimal digits as a byte, or -1. */
static int hex_byte(const char *digits)
{
    if (!isxdigit((unsigned char) digits[0]) || !isxdigit((unsigned char) digits[1]))
        return -1;
    const char text[] = { digits[0], digits[1], '\0' };
    return (int) strtol(text, NULL, 16);
}

/* Copies a segment of a path and undoes its percent-encoding; false when it is none or too long. */
static bool decode_segment(const char *segment, size_t length, char name[NAME_SIZE_MAX])
{
    size_t size = 0;
    for (size_t i = 0; i < length; i++) {
        int byte = (unsigned char) segment[i];
        if (byte == '%') {
            byte = length - i > 2 ? hex_byte(segment + i + 1) : -1;
            i += 2;
        }
        if (byte <= 0 || size + 1 >= NAME_SIZE_MAX)
            return false;
        name[size++] = (char) byte;
    }
    name[size] = '\0';
    return true;
}

static const cJSON *find(const cJSON *node, const char *path)
{
    while (node && *path == '/' && path[1] != '\0') {
        size_t length = strcspn(++path, "/");
        char name[NAME_SIZE_MAX];
        if (!is_folder(node) || !decode_segment(path, length, name))
            return NULL;
        node = cJSON_GetObjectItemCaseSensitive(node, name);
        path += length;
    }
    return node;
}

/* The names of a folder. The service marks folders with a slash, but not those of a version. */
static void write_listing(const cJSON *folder, bool mark_folders, FILE *out)
{
    const cJSON *child;
    cJSON_ArrayForEach(child, folder)
    {
        (void) fprintf(out, "%s%s%s", child == folder->child ? "" : "\n", child->string,
            mark_folders && is_folder(child) ? "/" : "");
    }
}

static void write_string(const char *text, FILE *out)
{
    cJSON borrowed = { .type = cJSON_String | cJSON_IsReference };
    memcpy(&borrowed.valuestring, &text, sizeof(text));
    _cleanup_free_ char *quoted = cJSON_PrintUnformatted(&borrowed);
    (void) fputs(quoted ? quoted : "\"\"", out);
}

/* JSON in the shape of the service: "Key" : "value", two spaces a level, lists on one line. */
static void write_json(const cJSON *value, int depth, FILE *out)
{
    bool object = cJSON_IsObject(value);
    if (!object && !cJSON_IsArray(value)) {
        _cleanup_free_ char *text = cJSON_PrintUnformatted(value);
        (void) fputs(text ? text : "null", out);
        return;
    }
    (void) fputs(object ? "{" : "[", out);
    const cJSON *child;
    cJSON_ArrayForEach(child, value)
    {
        (void) fputs(child == value->child ? "" : ",", out);
        if (object) {
            (void) fprintf(out, "\n%*s", 2 * (depth + 1), "");
            write_string(child->string, out);
            (void) fputs(" : ", out);
        } else
            (void) fputs(" ", out);
        write_json(child, depth + 1, out);
    }
    if (object)
        (void) fprintf(out, "\n%*s}", 2 * depth, "");
    else
        (void) fputs(" ]", out);
}

static int render_json(const cJSON *value, struct bytes *ret)
{
    _cleanup_(bytes_clear) struct bytes text = { 0 };
    FILE *out = open_memstream(&text.data, &text.size);
    if (!out)
        return -ENOMEM;
    write_json(value, 0, out);
    int r = memstream_finish(&out);
    if (r < 0)
        return r;
    *ret = (struct bytes){ .data = TAKE_PTR(text.data), .size = text.size };
    return 0;
}

static int write_node(const struct tree *tree, const cJSON *node, time_t now, FILE *out)
{
    if (cJSON_IsString(node)) {
        text_expand(node->valuestring, strlen(node->valuestring), now, out);
        return 0;
    }
    const cJSON *json = json_leaf(node);
    if (!json) {
        write_listing(node, node != tree->latest, out);
        return 0;
    }
    _cleanup_(bytes_clear) struct bytes text = { 0 };
    int r = render_json(json, &text);
    if (r == 0)
        text_expand(text.data, text.size, now, out);
    return r;
}

int tree_render(const struct tree *tree, const char *path, time_t now, struct bytes *ret)
{
    bool root = strcmp(path, "/") == 0;
    size_t version = tree_version_length(path);
    const cJSON *node = version > 0 ? find(tree->latest, path + version) : NULL;
    if (!root && !node)
        return -ENOENT;
    _cleanup_(bytes_clear) struct bytes text = { 0 };
    FILE *out = open_memstream(&text.data, &text.size);
    if (!out)
        return -ENOMEM;
    int r = 0;
    if (root)
        (void) fputs(versions, out);
    else
        r = write_node(tree, node, now, out);
    int lost = memstream_finish(&out);
    if (r < 0 || lost < 0)
        return -ENOMEM;
    *ret = (struct bytes){ .data = TAKE_PTR(text.data), .size = text.size };
    return 0;
}

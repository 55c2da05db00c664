/* SPDX-License-Identifier: MIT */
/* What Parameter Store answers, believed only in the shape that it documents. */

#include "aws/parameters.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "aws/answer_document.h"
#include "lib/array.h"
#include "lib/json.h"
#include "lib/memory.h"

enum { WHERE_MAX = 40 };

static const char *const type_words[] = {
    [PARAMETER_STRING] = "String",
    [PARAMETER_STRING_LIST] = "StringList",
    [PARAMETER_SECURE_STRING] = "SecureString",
};

int parameters_request(const struct strings *names, struct buffer *ret)
{
    _cleanup_json_ struct json *request = json_new_object();
    struct json *list = json_add_array(request, "Names");
    for (size_t i = 0; i < names->count; i++)
        if (!json_add_string(list, NULL, names->items[i]))
            return -ENOMEM;
    return json_add_bool(request, "WithDecryption", true) ? json_print(request, ret) : -ENOMEM;
}

static int read_type(
    const char *word, const char *where, enum parameter_type *ret, struct error *err)
{
    for (size_t i = 0; i < ELEMENTSOF(type_words); i++)
        if (strcmp(type_words[i], word) == 0) {
            *ret = (enum parameter_type) i;
            return 0;
        }
    return error_set(
        err, EX_DATAERR, -EBADMSG, "Type in %s is none of String, StringList, SecureString", where);
}

/* Takes an element of the list into a place that is empty. */
static int read_parameter(
    const struct json *element, const char *where, struct parameter *ret, struct error *err)
{
    const char *name = "", *type = "", *value = "";
    const struct {
        const char *key;
        const char **ret;
    } texts[] = { { "Name", &name }, { "Type", &type }, { "Value", &value } };
    if (json_type(element) != JSON_OBJECT)
        return error_set(err, EX_DATAERR, -EBADMSG, "%s is %s, not an object", where,
            json_type_name(json_type(element)));
    for (size_t i = 0; i < ELEMENTSOF(texts); i++) {
        int r = answer_document_text(element, texts[i].key, where, texts[i].ret, err);
        if (r == -ENOENT)
            return error_set(err, EX_DATAERR, -EBADMSG, "%s has no %s", where, texts[i].key);
        if (r < 0)
            return r;
    }
    int r = read_type(type, where, &ret->type, err);
    if (r < 0)
        return r;
    ret->name = mem_strdup(name);
    ret->value = mem_strdup(value);
    return ret->name && ret->value ? 0 : error_no_memory(err);
}

static int read_parameters(const struct json *list, struct parameters *ret, struct error *err)
{
    size_t number = 0;
    for (const struct json *e = list ? json_first(list) : NULL; e; e = json_next(e), number++) {
        char where[WHERE_MAX];
        (void) snprintf(where, sizeof(where), "Parameters[%zu]", number);
        if (number >= PARAMETERS_NAMES_MAX)
            return error_set(err, EX_DATAERR, -EBADMSG, "the answer has more than %d parameters",
                PARAMETERS_NAMES_MAX);
        struct parameter *item = &ret->items[ret->count++];
        int r = read_parameter(e, where, item, err);
        if (r < 0)
            return r;
        if (parameters_find(ret, item->name) != item)
            return error_set(err, EX_DATAERR, -EBADMSG, "%s has the name of one before it", where);
    }
    return 0;
}

static int read_missing(const struct json *list, struct strings *ret, struct error *err)
{
    for (const struct json *e = list ? json_first(list) : NULL; e; e = json_next(e)) {
        if (json_type(e) != JSON_STRING || ret->count >= PARAMETERS_NAMES_MAX)
            return error_set(err, EX_DATAERR, -EBADMSG,
                "InvalidParameters in the answer is not a list of at most %d names",
                PARAMETERS_NAMES_MAX);
        if (strings_append(ret, json_string(e)) < 0)
            return error_no_memory(err);
    }
    return 0;
}

int parameters_read(const struct buffer *answer, struct parameters *ret, struct error *err)
{
    _cleanup_json_ struct json *document = NULL;
    _cleanup_parameters_ struct parameters parameters = { 0 };
    const struct json *found = NULL, *missing = NULL;
    int r = answer_document_parse(answer, &document, err);
    if (r == 0)
        r = answer_document_list(document, "Parameters", &found, err);
    if (r == 0)
        r = answer_document_list(document, "InvalidParameters", &missing, err);
    if (r < 0)
        return r;
    if (!found && !missing)
        return error_set(
            err, EX_DATAERR, -EBADMSG, "the answer has neither Parameters nor InvalidParameters");
    parameters.items = mem_calloc(PARAMETERS_NAMES_MAX, sizeof(*parameters.items));
    if (!parameters.items)
        return error_no_memory(err);
    r = read_parameters(found, &parameters, err);
    if (r == 0)
        r = read_missing(missing, &parameters.missing, err);
    if (r < 0)
        return r;
    *ret = parameters;
    parameters = (struct parameters){ 0 };
    return 0;
}

const struct parameter *parameters_find(const struct parameters *parameters, const char *name)
{
    for (size_t i = 0; i < parameters->count; i++)
        if (strcmp(parameters->items[i].name, name) == 0)
            return &parameters->items[i];
    return NULL;
}

void parameters_free(struct parameters *parameters)
{
    for (size_t i = 0; i < parameters->count; i++) {
        mem_free(parameters->items[i].name);
        mem_free(parameters->items[i].value);
    }
    mem_free(parameters->items);
    strings_free(&parameters->missing);
    *parameters = (struct parameters){ 0 };
}

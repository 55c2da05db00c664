/* Shapes are a table; values come from the settings, in the forms in which they are written. */

#include "seal/patterns.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "lib/array.h"
#include "lib/memory.h"
#include "lib/url.h"

/* A shorter word would be found in every other file. */
enum { WORD_MIN = 6 };

void seal_values_free(struct seal_values *values)
{
    strings_free(&values->passwords);
    strings_free(&values->users);
    strings_free(&values->encoded_passwords);
    strings_free(&values->encoded_users);
    strings_free(&values->instances);
}

bool seal_is_instance_id(const char *text)
{
    size_t length = strlen(text);
    return (length == 2 + 17 || length == 2 + 8) && strncmp(text, "i-", 2) == 0 &&
           strspn(text + 2, "0123456789abcdef") == length - 2;
}

#define UPPER   "A-Z0-9"
#define ALNUM   "A-Za-z0-9"
#define BASE64  "A-Za-z0-9_-"
#define NO_HOME (TRACE_ANYWHERE & ~TRACE_IN_HOME)
#define PACKED  (TRACE_IN_CLOUD_INIT | TRACE_IN_JOURNAL | TRACE_IN_LOG)

/* Access keys: "AKIA" (of a user) or "ASIA" (of a role) and 16 more, as IAM's guide to identifiers
 * has them.
 *
 * IMDS tokens: AWS documents no shape. Those seen are base64url of 40 bytes of which the first
 * three are the same: 56 characters, "AQAE…==". Whatever its shape, what stands behind the name of
 * the header is one; curl -v and debug logs show it so.
 *
 * Instance ids: in a home they are as well those of other machines, so there only our own counts.
 *
 * Journals: systemd compresses fields from 512 bytes on (Compress= in journald.conf(5)), each by
 * itself. What is shorter stands there as it is and is found. A long field with zstd or xz begins
 * with their magic number, so that there is one is seen, what it says is not: it is a finding. With
 * lz4 (systemd before 246) there is no such number; but lz4 leaves bytes that were not there before
 * as they are, so most of a value is found. Other packed files count as a whole. */
static const struct scan_pattern shapes[] = {
    { TRACE_ACCESS_KEY, TRACE_ANYWHERE, "AKIA", UPPER, 16, NULL, UPPER, UPPER, false, false },
    { TRACE_ACCESS_KEY, TRACE_ANYWHERE, "ASIA", UPPER, 16, NULL, UPPER, UPPER, false, false },
    { TRACE_TOKEN, TRACE_ANYWHERE, "AQAE", BASE64, 50, "==", BASE64, ALNUM "=_-", false, false },
    { TRACE_TOKEN, TRACE_ANYWHERE, "aws-ec2-metadata-token: ", BASE64, 20, NULL, NULL, NULL, true,
        false },
    { TRACE_TOKEN, TRACE_ANYWHERE, "aws-ec2-metadata-token:", BASE64, 20, NULL, NULL, NULL, true,
        false },
    { TRACE_INSTANCE, NO_HOME, "i-", "0-9a-f", 17, NULL, ALNUM, ALNUM, false, false },
    { TRACE_INSTANCE, NO_HOME, "i-", "0-9a-f", 8, NULL, ALNUM, ALNUM, false, false },
    { TRACE_COMPRESSED, TRACE_IN_JOURNAL, "\x28\xb5\x2f\xfd", NULL, 0, NULL, NULL, NULL, false,
        false },
    { TRACE_COMPRESSED, TRACE_IN_JOURNAL,
        "\xfd"
        "7zXZ",
        NULL, 0, NULL, NULL, NULL, false, false },
    { TRACE_COMPRESSED, PACKED, "\x28\xb5\x2f\xfd", NULL, 0, NULL, NULL, NULL, false, true },
    { TRACE_COMPRESSED, PACKED,
        "\xfd"
        "7zXZ",
        NULL, 0, NULL, NULL, NULL, false, true },
    { TRACE_COMPRESSED, PACKED, "\x1f\x8b\x08", NULL, 0, NULL, NULL, NULL, false, true },
    { TRACE_COMPRESSED, PACKED, "\x04\x22\x4d\x18", NULL, 0, NULL, NULL, NULL, false, true },
    { TRACE_COMPRESSED, PACKED, "BZh", "1-9", 1, NULL, NULL, NULL, false, true },
};

/* Patterns while they are gathered, with the texts that they point to. */
struct gathering {
    struct scan_pattern *patterns;
    size_t count;
    struct strings texts;
};

static int patterns_add(struct gathering *gathering, struct scan_pattern pattern)
{
    size_t before = gathering->texts.count;
    int r = strings_add_unique(&gathering->texts, pattern.text);
    if (r < 0 || gathering->texts.count == before)
        return r;
    struct scan_pattern *patterns =
        mem_grow(gathering->patterns, gathering->count + 1, sizeof(*patterns));
    if (!patterns)
        return -ENOMEM;
    gathering->patterns = patterns;
    pattern.text = gathering->texts.items[gathering->texts.count - 1];
    gathering->patterns[gathering->count++] = pattern;
    return 0;
}

/* As curl, and most, encode a login: all but unreserved characters, in either case of the digits.
 */
static int add_encoded(const char *text, struct strings *ret)
{
    _cleanup_buffer_ struct buffer encoded = { 0 };
    int r = url_append_escaped(&encoded, text);
    if (r < 0 || encoded.size == 0)
        return r;
    r = strings_add_unique(ret, encoded.data);
    for (char *p = strchr(encoded.data, '%'); p; p = strchr(p + 3, '%')) {
        p[1] = (char) tolower((unsigned char) p[1]);
        p[2] = (char) tolower((unsigned char) p[2]);
    }
    return r < 0 ? r : strings_add_unique(ret, encoded.data);
}

/* What a value looks like wherever it stands in full. */
static int add_word(struct gathering *gathering, enum seal_kind kind, const char *text)
{
    const char *around = kind == TRACE_USER ? ALNUM "_" : NULL;
    return patterns_add(gathering, (struct scan_pattern){ .kind = kind,
                                       .where = TRACE_ANYWHERE & ~TRACE_IN_SETTINGS,
                                       .text = text,
                                       .not_before = around,
                                       .not_after = around });
}

/* A value that is too short for that, within a URL. */
static int add_in_url(struct gathering *gathering, enum seal_kind kind, const char *text)
{
    static const char *const frames[][2] = { { ":", "@" }, { "//", ":" }, { "//", "@" } };
    bool is_user = kind == TRACE_USER;
    int r = 0;
    for (size_t i = is_user ? 1 : 0; r == 0 && i < (is_user ? ELEMENTSOF(frames) : 1); i++) {
        _cleanup_buffer_ struct buffer framed = { 0 };
        r = buffer_printf(&framed, "%s%s%s", frames[i][0], text, frames[i][1]);
        if (r == 0)
            r = patterns_add(gathering, (struct scan_pattern){ .kind = kind,
                                            .where = TRACE_ANYWHERE & ~TRACE_IN_SETTINGS,
                                            .text = framed.data });
    }
    return r;
}

static int add_form(
    struct gathering *gathering, enum seal_kind kind, const char *text, bool is_short)
{
    return is_short ? add_in_url(gathering, kind, text) : add_word(gathering, kind, text);
}

static int add_value(
    struct gathering *gathering, enum seal_kind kind, const char *value, struct strings *notes)
{
    _cleanup_strings_ struct strings forms = { 0 };
    bool is_short = strlen(value) < WORD_MIN;
    if (strings_append(&forms, value) < 0 || add_encoded(value, &forms) < 0)
        return -ENOMEM;
    int r = 0;
    for (size_t i = 0; r == 0 && i < forms.count; i++)
        r = add_form(gathering, kind, forms.items[i], is_short);
    if (r < 0 || !is_short)
        return r;
    _cleanup_buffer_ struct buffer note = { 0 };
    r = buffer_printf(&note,
        "a %s has fewer than %d bytes: it is looked for in URLs only, not by itself",
        seal_kind_name(kind), WORD_MIN);
    return r < 0 ? r : strings_add_unique(notes, note.data);
}

static int add_values(struct gathering *gathering, enum seal_kind kind,
    const struct strings *values, const struct strings *encoded, struct strings *notes)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < values->count; i++)
        r = *values->items[i] ? add_value(gathering, kind, values->items[i], notes) : 0;
    for (size_t i = 0; r == 0 && i < encoded->count; i++)
        r = add_form(gathering, kind, encoded->items[i], strlen(encoded->items[i]) < WORD_MIN);
    return r;
}

static int gather(
    struct gathering *gathering, const struct seal_values *values, struct strings *notes)
{
    gathering->patterns = mem_alloc(sizeof(shapes));
    if (!gathering->patterns)
        return -ENOMEM;
    memcpy(gathering->patterns, shapes, sizeof(shapes));
    gathering->count = ELEMENTSOF(shapes);
    int r = add_values(
        gathering, TRACE_PASSWORD, &values->passwords, &values->encoded_passwords, notes);
    if (r < 0)
        return r;
    r = add_values(gathering, TRACE_USER, &values->users, &values->encoded_users, notes);
    for (size_t i = 0; r == 0 && i < values->instances.count; i++)
        r = patterns_add(gathering, (struct scan_pattern){ .kind = TRACE_INSTANCE,
                                        .where = TRACE_ANYWHERE,
                                        .text = values->instances.items[i] });
    return r;
}

int seal_scan_new(const struct seal_values *values, struct strings *notes, struct scan **ret)
{
    struct gathering gathering = { 0 };
    int r = gather(&gathering, values, notes);
    if (r == 0)
        r = scan_new(gathering.patterns, gathering.count, ret);
    mem_free(gathering.patterns);
    strings_free(&gathering.texts);
    return r;
}

/* A path, and which of its bytes are not shown. */
struct hiding {
    const char *path;
    bool *hidden;
};

/* A hit may be the beginning of the value only. */
static void hide(const struct scan_hit *hit, void *data)
{
    const struct hiding *hiding = data;
    size_t i = hit->offset, end = hit->offset + hit->length;
    for (; i < end || isalnum((unsigned char) hiding->path[i]) ||
           (hiding->path[i] && strchr("_-=", hiding->path[i]));
         i++)
        hiding->hidden[i] = true;
}

int seal_append_masked(struct scan *scan, const char *path, struct buffer *ret)
{
    size_t length = strlen(path);
    _cleanup_mem_ bool *hidden = mem_calloc(length + 1, sizeof(*hidden));
    if (!hidden)
        return -ENOMEM;
    scan_start(scan, TRACE_ANYWHERE, 0, hide, &(struct hiding){ path, hidden });
    scan_feed(scan, path, length);
    scan_end(scan);
    int r = 0;
    for (size_t i = 0; r == 0 && i < length; i++)
        if (!hidden[i])
            r = buffer_append(ret, path + i, 1);
        else if (i == 0 || !hidden[i - 1])
            r = buffer_append_text(ret, "***");
    return r;
}

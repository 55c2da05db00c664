/* agent/outputs/environment.c: what holds for every file, checked on generated ones. */

#include "environment.h"

enum { FILES = 4000, LINES_MAX = 8 };

/* Pieces of lines, chosen to be misread. */
static const char *const fronts[] = { "", "", "", " ", "\t ", "export ", "export\t ", "  export  ",
    "#", "# ", "Export ", "\r" };
static const char *const names[] = { "http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY",
    "no_proxy", "NO_PROXY", "Http_Proxy", "PATH", "A", "http_prox", "http_proxy2", "all_proxy", "",
    "A B" };
static const char *const signs[] = { "=", "=", "=", "=", " = ", "= ", " ", "==", "+=" };
static const char *const texts[] = { "x", "", "\"x\"", "'x", "x#y", "\\x5c", "\\x0d", "a\\b", "\r",
    "http://u:p@h:1/%40", "\xff\xfe", "$x" };
static const char *const ends[] = { "", "", "", "\\", "\\ \t", "\r", "#\\", " ", "\\\\" };
#define BROKEN BEGIN "A=1\n" END
#define MOVED  " " END
static const char *const markers[] = { BEGIN, BEGIN_NEW, END, BLOCK, DISPLACED "http_proxy=x\n",
    DISPLACED "A=1\\x5c\n", BEGIN "http_proxy=x\n", BROKEN, MOVED };

#define PICK(list) list[check_random(seed, ELEMENTSOF(list))]

static void add_line(uint64_t *seed, bool damaged, struct buffer *ret)
{
    if (damaged && check_random(seed, 4) == 0) {
        check_number("append", buffer_append_text(ret, PICK(markers)), 0);
        return;
    }
    const char *newline = check_random(seed, 12) == 0 ? "\n\n" : "\n";
    const char *parts[] = { PICK(fronts), PICK(names), PICK(signs), PICK(texts), PICK(ends),
        newline };
    for (size_t i = 0; i < ELEMENTSOF(parts); i++)
        check_number("append", buffer_append_text(ret, parts[i]), 0);
    if (check_random(seed, 50) == 0)
        check_number("append", buffer_append(ret, "A=\0\n", 4), 0);
}

/* A file of up to LINES_MAX lines, some without their last newline, some absent. A name without an
 * assignment is left out: there is a test of its own for it. */
static struct content make_file(uint64_t *seed, bool damaged)
{
    struct content file = { .exists = check_random(seed, 20) > 0 };
    size_t lines = file.exists ? check_random(seed, LINES_MAX + 1) : 0;
    for (size_t i = 0; i < lines; i++)
        add_line(seed, damaged, &file.bytes);
    if (file.bytes.size > 0 && check_random(seed, 3) == 0)
        file.bytes.size--; /* the NUL behind it is a newline then, which nobody may look at */
    return file;
}

static struct proxy_values make_values(uint64_t *seed)
{
    size_t set = 1 + check_random(seed, 3);
    return values_of(set & 1, set & 2, (enum proxy_case) check_random(seed, 3));
}

static void render(
    const struct proxy_values *values, const struct content *old, struct content *ret)
{
    check_number("render", environment_render(values, old, ret), 0);
}

static void check_same(const char *what, uint64_t file, const struct content *original,
    const struct content *got, const struct content *expected)
{
    if (got->exists == expected->exists && buffer_equal(&got->bytes, &expected->bytes))
        return;
    print_error("file %llu, %s\n", (unsigned long long) file, what);
    check_show("original", original->bytes.data, original->bytes.size);
    check_number("exists", got->exists, expected->exists);
    check_bytes(what, got->bytes.data, got->bytes.size, expected->bytes.data, expected->bytes.size);
}

static void check_verified(uint64_t file, const struct proxy_values *values,
    const struct content *original, const struct content *content)
{
    struct error err = { 0 };
    if (environment_verify(values, content, &err) == 0)
        return;
    print_error("file %llu: %s\n", (unsigned long long) file, err.text);
    check_show("original", original->bytes.data, original->bytes.size);
    check_show("rendered", content->bytes.data, content->bytes.size);
    fail();
}

/* Rendering twice, also with other values between, is rendering once; without values the file is as
 * it was. */
static void test_round(void **state)
{
    (void) state;
    const struct proxy_values none = { 0 };
    for (uint64_t i = 0; i < FILES; i++) {
        uint64_t seed = i;
        _cleanup_content_ struct content original = make_file(&seed, false);
        _cleanup_content_ struct content once = { 0 }, twice = { 0 }, other = { 0 }, back = { 0 },
                                         gone = { 0 }, never = { 0 };
        const struct proxy_values values = make_values(&seed), others = make_values(&seed);
        render(&values, &original, &once);
        check_verified(i, &values, &original, &once);
        render(&values, &once, &twice);
        check_same("twice is once", i, &original, &twice, &once);
        render(&others, &twice, &other);
        check_verified(i, &others, &original, &other);
        render(&values, &other, &back);
        check_same("other values between", i, &original, &back, &once);
        render(&none, &back, &gone);
        check_same("all goes", i, &original, &gone, &original);
        render(&none, &original, &never);
        check_same("nothing comes", i, &original, &never, &original);
    }
}

/* Also of a damaged file the first rendering is the last one, and whatever goes, goes at once. */
static void test_damaged(void **state)
{
    (void) state;
    const struct proxy_values none = { 0 };
    for (uint64_t i = 0; i < FILES; i++) {
        uint64_t seed = i + FILES;
        _cleanup_content_ struct content original = make_file(&seed, true);
        _cleanup_content_ struct content once = { 0 }, twice = { 0 }, gone = { 0 },
                                         gone_again = { 0 };
        const struct proxy_values values = make_values(&seed);
        render(&values, &original, &once);
        check_verified(i, &values, &original, &once);
        render(&values, &once, &twice);
        check_same("twice is once", i, &original, &twice, &once);
        render(&none, &once, &gone);
        render(&none, &gone, &gone_again);
        check_same("gone is gone", i, &original, &gone_again, &gone);
    }
}

/* What stands behind the block: only lines of the original and displaced ones. Returns the number
 * of its newlines. */
static size_t check_behind(const char *text, const char *end, const struct buffer *original)
{
    const char *whole = original->data ? original->data : "";
    size_t newlines = 0;
    while (text < end) {
        const char *newline = memchr(text, '\n', (size_t) (end - text));
        size_t length = (size_t) ((newline ? newline + 1 : end) - text);
        bool displaced =
            length >= strlen(DISPLACED) && memcmp(text, DISPLACED, strlen(DISPLACED)) == 0;
        check_that("a line of the original",
            displaced || memmem(whole, original->size, text, length) != NULL);
        newlines += newline != NULL;
        text += length;
    }
    return newlines;
}

static void test_others_untouched(void **state)
{
    (void) state;
    static const char end[] = "\n" END;
    for (uint64_t i = 0; i < FILES; i++) {
        uint64_t seed = i + 2 * (uint64_t) FILES;
        _cleanup_content_ struct content original = make_file(&seed, false), once = { 0 };
        const struct proxy_values values = make_values(&seed);
        render(&values, &original, &once);
        const char *behind = memmem(once.bytes.data, once.bytes.size, end, strlen(end));
        check_that("the block ends", behind != NULL);
        size_t newlines = 0;
        for (size_t b = 0; b < original.bytes.size; b++)
            newlines += original.bytes.data[b] == '\n';
        check_number("as many lines as before",
            check_behind(behind + strlen(end), once.bytes.data + once.bytes.size, &original.bytes),
            newlines);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round),
        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_others_untouched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

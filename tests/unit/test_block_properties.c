/* SPDX-License-Identifier: MIT */
/* agent/formats/block.c with each of its formats: what holds for every file, checked on generated
 * ones. */

#include "shared_file.h"

enum { FILES = 1000, LINES_MAX = 8, COLUMNS = 5 };

#define NAMES(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* Pieces of files, chosen to be misread. A line is a piece of each column, or it is a whole one. */
struct pieces {
    const char *name;
    const struct output *output;
    const char *const *starts; /* of a file */
    const char *const *columns[COLUMNS];
    const char *const *wholes;
    const char *line; /* one that we may have written */
};

static const struct pieces formats[] = {
    { "environment", &environment_output, NAMES("", "", "", "\xef\xbb\xbf"),
        { NAMES("", "", "", " ", "\t ", "export ", "export\t ", "  export  ", "#", "# ", "Export ",
              "\r"),
            NAMES("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY",
                "Http_Proxy", "PATH", "A", "http_prox", "http_proxy2", "all_proxy", "", "A B"),
            NAMES("=", "=", "=", "=", " = ", "= ", " ", "==", "+="),
            NAMES("x", "", "\"x\"", "'x", "x#y", "\\x5c", "\\x0d", "a\\b", "\r",
                "http://u:p@h:1/%40", "\xff\xfe", "$x"),
            NAMES("", "", "", "\\", "\\ \t", "\r", "#\\", " ", "\\\\") },
        NAMES("", "\r"), "http_proxy=x\n" },
    { "dnf", &dnf_output, NAMES("", "", "[main]\n", "[main]\r\n", "\xef\xbb\xbf", "# c\n; c\n"),
        { NAMES("", "", "", "", " ", "\t", "#", ";", " # ", "\r", "\x0b"),
            NAMES("proxy", "proxy", "PROXY", "proxy_username", "proxy_password", "gpgcheck",
                "proxy_sslverify", "", "rem proxy", "a:proxy"),
            NAMES("=", "=", "=", " = ", ": ", " :", "\t=\t", "==", ""),
            NAMES("x", "", "_none_", "a b", "\\x5c", "[main]", "http://u:p@h:1/%40", "\xff\xfe"),
            NAMES("", "", "", " ", "\r", "\\", " # c", " ;c") },
        NAMES("[main]", "[main]", "[main]\r", " [main] # c", "[ main ]", "[Main]", "[main", "[x]",
            "[]", "proxy=x\n  y\n\n# c\n  z", "proxy=x\n [x]", "", "   "),
        "proxy=x\n" },
    { "ecs", &ecs_output, NAMES("", "", "", "\xef\xbb\xbf"),
        { NAMES("", "", "", " ", "\t ", "#", " # ", ";", "export ", "\x0b", "\r"),
            NAMES("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "NO_PROXY", "No_Proxy", "ECS_CLUSTER",
                "X_HTTP_PROXY", "", "A B"),
            NAMES("=", "=", "=", " = ", "= ", " ", "=="),
            NAMES("x", "", "\"x\"", "'x", "\\x5c", "a\\b", "http://u:p@h:1/%40", "\xff\xfe"),
            NAMES("", "", "", "\\", "\r", " ", "\\\\") },
        NAMES("", "\r"), "HTTP_PROXY=x\n" },
    { "sysconfig", &sysconfig_output, NAMES("", "", "", "\xef\xbb\xbf"),
        { NAMES("", "", "", " ", "\t ", "#", " # ", "export ", "\r"),
            NAMES("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "NO_PROXY", "No_Proxy",
                "PROXY_ENABLED", "PROXY_ENABLED", "FTP_PROXY", "X_HTTP_PROXY", "", "A_B",
                "PROXY\\x5fENABLED"),
            NAMES("=", "=", "=", " = ", "= ", " ", "=="),
            NAMES("x", "\"\"", "\"x\"", "\"no\"", "\"x", "'x'", "\\x5f", "a\\b", "no", "\xff\xfe"),
            NAMES("", "", "", "\\", "\r", " ", "\\\\") },
        NAMES("", "\r", "# yes or no: PROXY_ENABLED", "# HTTP_PROXY"), "NO_PROXY=x\n" },
    { "cloudwatch-agent", &cloudwatch_agent_output,
        NAMES("", "", "[proxy]\n", "[proxy]\r\n", "\xef\xbb\xbf", "# [proxy]\n"),
        { NAMES("", "", "", " ", "\t", "#", " # "),
            NAMES("http_proxy", "http_proxy", "https_proxy", "no_proxy", "HTTP_Proxy",
                "\"no_proxy\"", "'https_proxy'", "proxy", "proxy.http_proxy", "'proxy' . x",
                "http_proxy.x", "x", "shared_credential_profile", "\"a\\\"b\"", "\"\""),
            NAMES("=", " = ", " = ", "\t= "),
            NAMES("\"x\"", "\"\"", "'\\'", "\"\\\"\"", "\"# no\"", "'''x'''", "\"\"\"x\"\"\"\"\"",
                "{ http_proxy = \"x\" }", "[1, 2]", "true", "\"[x]\"", "\"\\\\\""),
            NAMES("", "", "", " ", "\r", " # c", " # \"\"\"", "# '''", " # [") },
        NAMES("[proxy]", "[proxy] # c", " [ 'proxy' ]\r", "[\"Proxy\"]", "[proxy.x]", "[a.proxy]",
            "[ssl]", "[[x]]", "x = '''\n[proxy]\n# c\n\nhttp_proxy = 1'''",
            "http_proxy = \"\"\"\n[ssl]\n\\\"\"\" # \\\n\"\"\"", "no_proxy = [ # ]\n\n 'x', # '\n]",
            "proxy = {\n}", "", "  \t"),
        "http_proxy = \"x\"\n" },
    { "codedeploy-agent", &codedeploy_agent_output,
        NAMES("---\n:a: 1\n", "---\r\n:a: 1\r\n", ":a: 1\n", "%YAML 1.1\n# c\n\n--- # c\n:a: 1\n",
            "# c\n:a: it's\n", "---\n:proxy_uri:\n"),
        { NAMES("", "", "", "", " ", "  ", "#", " # ", "!x ", "&a "),
            NAMES(":proxy_uri", ":proxy_uri", "proxy_uri", "\":proxy_uri\"", "'proxy_uri'",
                ":\"proxy_uri\"", ":log_dir", ":proxy_uri2", ":max_revisions", "x:proxy_uri"),
            NAMES(": ", ": ", ": ", " : ", ":\t", ":  "),
            NAMES("x", "", "'x'", "\"x: \\\"\"", "'it''s'", "it's", "{a: it's}", "[']', \"]\"]",
                "http://u:p@h:1/%40", "\\x5c", "|", ">-", "!x 'y'"),
            NAMES("", "", "", " ", "\r", " # c", " # \"", " # {") },
        NAMES(":a: \"x\n:proxy_uri: y\n\n# c\"", ":proxy_uri: 'x\n:b: y'", ":proxy_uri: [a,\nb]",
            ":a: {b: 'x\n:proxy_uri: y'}", ":proxy_uri: |\n  'x\n\n  # y", ":proxy_uri:\n- 1\n- 2",
            "? :proxy_uri\n: x", "---", "...", "", "  \t"),
        ":proxy_uri: x\n" },
};

static const struct output_file *file_of(const struct pieces *format)
{
    return &format->output->files[0];
}

static const char *pick(uint64_t *seed, const char *const *list)
{
    size_t count = 1; /* none is empty */
    while (list[count])
        count++;
    return list[check_random(seed, count)];
}

static void add(struct buffer *ret, const char *text)
{
    check_number("append", buffer_append_text(ret, text), 0);
}

/* A mark of ours, whole or damaged; or a block that somebody changed. */
static void add_mark(uint64_t *seed, const struct pieces *format, struct buffer *ret)
{
    const char *const *marks = NAMES(BEGIN, BEGIN_NEW, BEGIN_JOINED, END, BEGIN END, " " END);
    bool has_line = check_random(seed, 2), is_displaced = check_random(seed, 3) == 0;
    add(ret, is_displaced ? DISPLACED : pick(seed, marks));
    add(ret, has_line || is_displaced ? format->line : "");
    add(ret, has_line && check_random(seed, 2) ? END : "");
}

static void add_line(uint64_t *seed, const struct pieces *format, struct buffer *ret)
{
    if (check_random(seed, 40) == 0)
        check_number("append", buffer_append(ret, "# \0\n", 4), 0);
    if (check_random(seed, 3) == 0)
        add(ret, pick(seed, format->wholes));
    else
        for (size_t i = 0; i < COLUMNS; i++)
            add(ret, pick(seed, format->columns[i]));
    add(ret, check_random(seed, 12) ? "\n" : "\n\n");
}

/* A file of some lines, some without their last newline, some absent. */
static struct content make_file(uint64_t *seed, const struct pieces *format, bool damaged)
{
    struct content file = { .exists = check_random(seed, 20) > 0 };
    size_t lines = file.exists ? check_random(seed, LINES_MAX + 1) : 0;
    if (file.exists)
        add(&file.bytes, pick(seed, format->starts));
    for (size_t i = 0; i < lines; i++)
        if (damaged && check_random(seed, 4) == 0)
            add_mark(seed, format, &file.bytes);
        else
            add_line(seed, format, &file.bytes);
    if (file.bytes.size > 0 && check_random(seed, 3) == 0)
        file.bytes.size--; /* the NUL behind it is a newline then, which nobody may look at */
    return file;
}

static struct environment make_values(uint64_t *seed)
{
    size_t set = 1 + check_random(seed, 3);
    return values_of(set & 1, set & 2, (enum letter_case) check_random(seed, 3));
}

/* A generated file of a format, for messages. */
struct sample {
    const struct pieces *format;
    uint64_t number;
    struct content original;
};

static void show(const struct sample *sample, const char *what)
{
    print_error(
        "%s, file %llu, %s\n", sample->format->name, (unsigned long long) sample->number, what);
    check_show("original", sample->original.bytes.data, sample->original.bytes.size);
}

static void check_same(const struct sample *sample, const char *what, const struct content *got,
    const struct content *expected)
{
    if (got->exists == expected->exists && buffer_equal(&got->bytes, &expected->bytes))
        return;
    show(sample, what);
    check_number("exists", got->exists, expected->exists);
    check_bytes(what, got->bytes.data, got->bytes.size, expected->bytes.data, expected->bytes.size);
}

static void check_verified(const struct sample *sample, const struct environment *environment,
    const struct content *content)
{
    struct error err = { 0 };
    if (file_of(sample->format)->verify(environment, content, &err) == 0)
        return;
    /* What is generated can be no TOML to begin with, and have a name in a line that goes on with
     * another one. */
    static const char *const refusals[] = { "it has the section [proxy] more than once",
        "it is not UTF-8", "registercloudguest would not read " };
    for (size_t i = 0; i < ELEMENTSOF(refusals); i++)
        if (strncmp(err.text, refusals[i], strlen(refusals[i])) == 0)
            return;
    show(sample, err.text);
    check_show("rendered", content->bytes.data, content->bytes.size);
    fail();
}

/* The lines of the new file outside of the block: those of the original, in their order, each as it
 * was or displaced. */
static void check_others(const struct sample *sample, const struct content *content)
{
    struct line new = { 0 }, old = { 0 };
    bool is_ours = false;
    while (line_next(&content->bytes, &new)) {
        bool begins = line_begins_with(&new, "# BEGIN ec2-bootstrap");
        is_ours |= begins;
        if (is_ours) {
            is_ours = !line_equals(&new, "# END ec2-bootstrap");
            continue;
        }
        bool is_old = line_next(&sample->original.bytes, &old);
        bool is_same =
            is_old && new.length == old.length &&memcmp(new.text, old.text, old.length) == 0;
        if (!is_same && !(is_old && line_begins_with(&new, DISPLACED))) {
            show(sample, "a line of others changed");
            check_show("rendered", content->bytes.data, content->bytes.size);
            fail();
        }
    }
    check_that("no line is lost", !line_next(&sample->original.bytes, &old));
}

/* Rendering twice, also with other values between, is rendering once; without values the file is as
 * it was. */
static void check_round(const struct sample *sample, const struct environment *environment,
    const struct environment *others)
{
    static const struct environment none;
    const struct output_file *file = file_of(sample->format);
    _cleanup_content_ struct content once = { 0 }, twice = { 0 }, other = { 0 }, back = { 0 },
                                     gone = { 0 }, never = { 0 };
    render_file(file, environment, &sample->original, &once);
    check_verified(sample, environment, &once);
    check_others(sample, &once);
    render_file(file, environment, &once, &twice);
    check_same(sample, "twice is once", &twice, &once);
    render_file(file, others, &twice, &other);
    check_verified(sample, others, &other);
    render_file(file, environment, &other, &back);
    check_same(sample, "other values between", &back, &once);
    render_file(file, &none, &back, &gone);
    check_same(sample, "all goes", &gone, &sample->original);
    render_file(file, &none, &sample->original, &never);
    check_same(sample, "nothing comes", &never, &sample->original);
}

/* Also of a damaged file the first rendering is the last one, and whatever goes, goes at once. */
static void check_damaged(const struct sample *sample, const struct environment *environment)
{
    static const struct environment none;
    const struct output_file *file = file_of(sample->format);
    _cleanup_content_ struct content once = { 0 }, twice = { 0 }, gone = { 0 }, again = { 0 };
    render_file(file, environment, &sample->original, &once);
    check_verified(sample, environment, &once);
    render_file(file, environment, &once, &twice);
    check_same(sample, "twice is once", &twice, &once);
    render_file(file, &none, &once, &gone);
    render_file(file, &none, &gone, &again);
    check_same(sample, "gone is gone", &again, &gone);
}

static void test_round(void **state)
{
    (void) state;
    for (size_t f = 0; f < ELEMENTSOF(formats); f++)
        for (uint64_t i = 0; i < FILES; i++) {
            uint64_t seed = i;
            struct sample sample = { &formats[f], i, make_file(&seed, &formats[f], false) };
            const struct environment environment = make_values(&seed), others = make_values(&seed);
            check_round(&sample, &environment, &others);
            content_free(&sample.original);
        }
}

static void test_damaged(void **state)
{
    (void) state;
    for (size_t f = 0; f < ELEMENTSOF(formats); f++)
        for (uint64_t i = 0; i < FILES; i++) {
            uint64_t seed = i + FILES;
            struct sample sample = { &formats[f], i, make_file(&seed, &formats[f], true) };
            const struct environment environment = make_values(&seed);
            check_damaged(&sample, &environment);
            content_free(&sample.original);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round),
        cmocka_unit_test(test_damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

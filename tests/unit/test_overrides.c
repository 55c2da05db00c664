/* SPDX-License-Identifier: MIT */
/* agent/overrides/overrides.c: which detectors count, and that none is disturbed by what somebody
 * put in the place of a file. */

#include "overrides/overrides.h"

#include "lib/memory.h"
#include "overrides.h"

/* A file for each detector, and a text of which it warns. */
static const struct {
    const char *path;
    const char *text;
    const char *detector;
} places[] = {
    { "/etc/profile.d/proxy.sh", "export no_proxy=x\n", "login-shells" },
    { "/root/.bashrc", "export http_proxy=x\n", "login-shells" },
    { "/etc/environment.d/99-z.conf", "no_proxy=x\n", "user-managers" },
    { "/etc/pam.d/su", "session required pam_env.so readenv=0\n", NULL },
    { "/etc/security/pam_env.conf", "no_proxy DEFAULT=x\n", "pam" },
    { "/etc/crontab", "no_proxy=x\n", "cron" },
    { "/etc/ssh/sshd_config", "SetEnv no_proxy=x\n", "sshd" },
    { "/etc/apt/apt.conf", "Acquire::http::Proxy \"DIRECT\";\n", "apt" },
    { "/etc/sudoers", "@includedir /etc/sudoers.d\n", NULL },
    { "/etc/sudoers.d/90", "Defaults env_keep=x\n", "sudo" },
    { "/usr/lib/systemd/system/docker.service",
        "[Service]\nExecStart=/usr/bin/dockerd --http-proxy=x\n", "dockerd" },
    { "/etc/systemd/system/docker.service.d/90.conf", "[Service]\nEnvironmentFile=/etc/default/d\n",
        NULL },
    { "/etc/default/d", "no_proxy=x\n", "services" },
    { "/etc/systemd/system.conf", "[Manager]\nDefaultEnvironment=no_proxy=x\n", "manager" },
    { "/etc/wgetrc", "http_proxy=x\n", "programs" },
    { "/root/.gitconfig", "[http]\nproxy=x\n", "programs" },
    { "/etc/sysconfig/proxy", "PROXY_ENABLED=yes\n", NULL },
};

/* Finds, and gives the detectors' names in the order in which they found something, each once. */
static char *find_names(
    const struct scratch *scratch, const struct strings *outputs, enum letter_case letter_case)
{
    struct environment environment;
    struct overrides found = { 0 };
    struct strings names = { 0 }, warnings = { 0 };
    override_environment(letter_case, &environment);
    check_number("find", overrides_find(&scratch->tree, &environment, outputs, &found), 0);
    check_number("warn", overrides_warn(&found, &warnings), 0);
    struct json *object = json_new_object();
    check_that("json", overrides_add_json(object, &found));
    json_free(object);
    for (size_t i = 0; i < found.count; i++)
        check_number("add", strings_add_unique(&names, found.items[i].detector), 0);
    char *ret = strings_join(&names, " ");
    strings_free(&names);
    strings_free(&warnings);
    overrides_free(&found);
    environment_free(&environment);
    return ret;
}

static void check_names(
    const struct scratch *scratch, const struct strings *outputs, const char *expected)
{
    char *names = find_names(scratch, outputs, LETTER_CASE_BOTH);
    check_text("detectors", names ? names : "", expected);
    mem_free(names);
}

static void test_outputs(void **state)
{
    static char apt[] = "apt", sudo[] = "sudo", profile[] = "profile";
    char *names[] = { apt, sudo };
    char *shells[] = { profile };
    const struct scratch *scratch = *state;
    for (size_t i = 0; i < ELEMENTSOF(places); i++)
        scratch_write(scratch, places[i].path, places[i].text);
    check_names(scratch, NULL,
        "login-shells user-managers pam cron sshd apt sudo manager services dockerd programs");
    check_names(
        scratch, &(struct strings){ .items = names, .count = 2 }, "apt sudo dockerd programs");
    check_names(
        scratch, &(struct strings){ .items = shells, .count = 1 }, "login-shells dockerd programs");
}

/* Without a proxy there is nothing that could be overridden. */
static void test_no_proxy_is_configured(void **state)
{
    const struct scratch *scratch = *state;
    struct environment environment = { 0 };
    struct overrides found = { 0 };
    scratch_write(scratch, places[0].path, places[0].text);
    check_number("find", overrides_find(&scratch->tree, &environment, NULL, &found), 0);
    check_number("found", found.count, 0);
}

/* Something else than a file, in the place of each. */
static void put_odd(const struct scratch *scratch, const char *path, size_t kind)
{
    enum { BIG = 64 << 20 };
    const char *full = scratch_path(scratch, path);
    scratch_make_parents(scratch, path);
    switch (kind) {
    case 0:
        check_number(path, mkdir(full, 0755), 0);
        break;
    case 1:
        check_number(path, mkfifo(full, 0644), 0);
        break;
    case 2:
        scratch_write_bytes(scratch, path, "no_proxy=x\0http_proxy=y\n", 24);
        break;
    case 3:
        scratch_write(scratch, path, "");
        check_number(path, truncate(full, BIG), 0);
        break;
    case 4:
        scratch_link(scratch, path, strrchr(path, '/') + 1);
        break;
    default:
        scratch_link(scratch, path, "/dev/zero");
        break;
    }
}

static void test_odd_files(void **state)
{
    const struct scratch *scratch = *state;
    for (size_t kind = 0; kind < 6; kind++) {
        for (size_t i = 0; i < ELEMENTSOF(places); i++) {
            (void) remove(scratch_path(scratch, places[i].path));
            put_odd(scratch, places[i].path, kind);
        }
        check_names(scratch, NULL, "");
        for (size_t i = 0; i < ELEMENTSOF(places); i++)
            check_number(places[i].path, remove(scratch_path(scratch, places[i].path)), 0);
    }
}

/* Any texts: an end, and no crash. */
static void test_any_text(void **state)
{
    static const char *const parts[] = { "no_proxy", "http_proxy", "=", " ", "\n", "\"", "'", "\\",
        "\\\n", "#", "//", "/*", "*/", "{", "}", ";", "$", "${", "$no_proxy", "%", "%n",
        "[Service]\n", "[http]\n", "[http \"",
        "EnvironmentFile=", "Environment=", "ExecStart=/usr/bin/dockerd ", "--http-proxy",
        "Acquire::", "http::", "Proxy ", "#clear ", "Defaults", " env_keep", "+=", "-=", "!", ":",
        ">", ",", "@include ", "@includedir /etc/sudoers.d\n", "/etc/default/d",
        "DEFAULT=", "OVERRIDE=", "session include su\n", "session x pam_env.so ", "SetEnv ",
        "proxy", "-x", "export ", "PROXY_ENABLED=yes\n", "\r", "\t", "\xff" };
    const struct scratch *scratch = *state;
    uint64_t seed = 7;
    for (int round = 0; round < 60; round++) {
        for (size_t i = 0; i < ELEMENTSOF(places); i++) {
            char text[4096];
            size_t used = 0, count = check_random(&seed, 100);
            text[0] = '\0';
            for (size_t n = 0; n < count; n++)
                used += (size_t) snprintf(text + used, sizeof(text) - used, "%s",
                    parts[check_random(&seed, ELEMENTSOF(parts))]);
            scratch_write(scratch, places[i].path, text);
        }
        mem_free(find_names(scratch, NULL, (enum letter_case) check_random(&seed, LETTER_CASES)));
    }
}

/* No more lines than a person reads. */
/* What a user's script names must not come out, when only root may read it. */
static void test_secret(void **state)
{
    const struct scratch *scratch = *state;
    scratch_write(scratch, "/etc/profile.d/zz.sh", ". /root/env\nexport no_proxy=$SECRET\n");
    scratch_write(scratch, "/root/env", "SECRET=hunter2\nhttp_proxy=x\n");
    check_names(scratch, NULL, "login-shells");
    scratch_write(scratch, "/etc/profile.d/zz.sh", ". /root/env\n");
    check_names(scratch, NULL, "login-shells");
    check_number("chmod", chmod(scratch_path(scratch, "/root/env"), 0600), 0);
    if (geteuid() == 0)
        check_names(scratch, NULL, "");
}

/* Of a value, or of names, that grow with each line only so much is kept; and no mistake of a name
 * disturbs. */
static void test_growth(void **state)
{
    const struct scratch *scratch = *state;
    struct buffer text = { 0 };
    check_number("append", buffer_append_text(&text, "a=xxxxxxxx\n"), 0);
    for (size_t i = 0; i < 60; i++)
        check_number("append", buffer_append_text(&text, "a=$a$a\nb+=$a\n"), 0);
    for (size_t i = 0; i < 100; i++)
        check_number("append", buffer_printf(&text, "n%zu=$a\n", i), 0);
    check_number("append", buffer_append_text(&text, "export http_proxy=http://old:1\n"), 0);
    scratch_write(scratch, "/etc/profile.d/zz.sh", text.data);
    buffer_free(&text);
    scratch_write(scratch, "/etc/systemd/system/a@.service", "[Service]\nExecStart=/a\n");
    scratch_write(scratch, "/etc/systemd/system/a@b.d/x.conf", "[Service]\nEnvironment=a=b\n");
    check_names(scratch, NULL, "login-shells");
}

static void test_many(void **state)
{
    const struct scratch *scratch = *state;
    struct environment environment;
    struct overrides found = { 0 };
    struct strings warnings = { 0 };
    char path[64];
    for (int i = 0; i < 150; i++) {
        (void) snprintf(path, sizeof(path), "/home/user%03d/.curlrc", i);
        scratch_write(scratch, path, "proxy = x\n");
    }
    override_environment(LETTER_CASE_BOTH, &environment);
    check_number("find", overrides_find(&scratch->tree, &environment, NULL, &found), 0);
    check_number("warn", overrides_warn(&found, &warnings), 0);
    check_number("warnings", warnings.count, 101);
    check_text("last", warnings.items[100], "50 more settings like these");
    strings_free(&warnings);
    overrides_free(&found);
    environment_free(&environment);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(test_outputs),
        scratch_test(test_no_proxy_is_configured),
        scratch_test(test_odd_files),
        scratch_test(test_any_text),
        scratch_test(test_secret),
        scratch_test(test_growth),
        scratch_test(test_many),
    };
    return cmocka_run_group_tests(tests, check_start, NULL);
}

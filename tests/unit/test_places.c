/* agent/seal/places.c and findings.c: what counts where, whose it is, and that no value is
 * shown.
 */

#include "seal/places.h"

#include <errno.h>
#include <inttypes.h>

#include "check.h"
#include "lib/memory.h"
#include "seal/findings.h"

/* Values of nobody, in two parts so that no scanner of this repository takes them for real. */
#define KEY                                                                                        \
    "AKIA"                                                                                         \
    "QWERTY1234567890"
#define ROLE_KEY                                                                                   \
    "ASIA"                                                                                         \
    "QWERTY1234567890"
#define FIFTY "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUV-_"
#define TOKEN "AQAE" FIFTY "=="
#define ID    "i-0123456789abcdef0"

static const struct {
    const char *path;
    unsigned int where;
    const char *owner; /* NULL: not looked at */
    const char *clear, *clear_image;
} place_rows[] = {
    { "/etc/fstab", TRACE_IN_ETC, "configuration", "edit /etc/fstab", "edit /mnt/etc/fstab" },
    { "/etc/ec2-bootstrap/config.d/a b.json", TRACE_IN_SETTINGS, "ec2-bootstrap's settings",
        "edit $'/etc/ec2-bootstrap/config.d/a b.json'",
        "edit $'/mnt/etc/ec2-bootstrap/config.d/a b.json'" },
    { "/usr/lib/ec2-bootstrap/config.json", TRACE_IN_SETTINGS, "ec2-bootstrap's settings",
        "edit /usr/lib/ec2-bootstrap/config.json", "edit /mnt/usr/lib/ec2-bootstrap/config.json" },
    { "/usr/lib/other", 0, NULL, NULL, NULL },
    { "/etc/machine-id", TRACE_IN_ETC, "machine id", "truncate --size 0 /etc/machine-id",
        "truncate --size 0 /mnt/etc/machine-id" },
    { "/var/lib/dbus/machine-id", TRACE_IN_ETC, "D-Bus", "rm /var/lib/dbus/machine-id",
        "rm /mnt/var/lib/dbus/machine-id" },
    { "/etc/ssh/ssh_host_rsa_key", TRACE_IN_ETC, "ssh host keys",
        "rm /etc/ssh/ssh_host_rsa_key /etc/ssh/ssh_host_rsa_key.pub",
        "rm /mnt/etc/ssh/ssh_host_rsa_key /mnt/etc/ssh/ssh_host_rsa_key.pub" },
    { "/etc/ssh/ssh_host_rsa_key.pub", TRACE_IN_ETC, "configuration",
        "edit /etc/ssh/ssh_host_rsa_key.pub", "edit /mnt/etc/ssh/ssh_host_rsa_key.pub" },
    { "/var/lib/cloud/data/instance-id", TRACE_IN_CLOUD_INIT, "cloud-init",
        "cloud-init clean --logs --machine-id",
        "chroot /mnt cloud-init clean --logs --machine-id" },
    { "/var/log/cloud-init-output.log", TRACE_IN_CLOUD_INIT, "cloud-init",
        "cloud-init clean --logs --machine-id",
        "chroot /mnt cloud-init clean --logs --machine-id" },
    { "/run/cloud-init/instance-data.json", TRACE_IN_RUN, "this boot",
        "rm -r /run/cloud-init/instance-data.json",
        "rm -r /mnt/run/cloud-init/instance-data.json" },
    { "/run/***", TRACE_IN_RUN, "this boot", "rm -r FILE", "rm -r FILE" },
    { "/var/log/journal/x/system.journal", TRACE_IN_JOURNAL, "journal",
        "journalctl --rotate --vacuum-time=1s", "rm /mnt/var/log/journal/x/system.journal" },
    { "/var/log/syslog", TRACE_IN_LOG, "logs", "truncate --size 0 /var/log/syslog",
        "truncate --size 0 /mnt/var/log/syslog" },
    { "/root/.bash_history", TRACE_IN_HOME, "shell history", "rm /root/.bash_history",
        "rm /mnt/root/.bash_history" },
    { "/home/bob/.python_history", TRACE_IN_HOME, "shell history", "rm /home/bob/.python_history",
        "rm /mnt/home/bob/.python_history" },
    { "/root/.zhistory", TRACE_IN_HOME, "shell history", "rm /root/.zhistory",
        "rm /mnt/root/.zhistory" },
    { "/root/.histfile", TRACE_IN_HOME, "shell history", "rm /root/.histfile",
        "rm /mnt/root/.histfile" },
    { "/root/.history", TRACE_IN_HOME, "shell history", "rm /root/.history",
        "rm /mnt/root/.history" },
    { "/home/bob/.lesshst", TRACE_IN_HOME, "shell history", "rm /home/bob/.lesshst",
        "rm /mnt/home/bob/.lesshst" },
    { "/home/bob/.viminfo", TRACE_IN_HOME, "shell history", "rm /home/bob/.viminfo",
        "rm /mnt/home/bob/.viminfo" },
    { "/home/bob/.local/share/fish/fish_history", TRACE_IN_HOME, "shell history",
        "rm /home/bob/.local/share/fish/fish_history",
        "rm /mnt/home/bob/.local/share/fish/fish_history" },
    { "/root/.aws/sso/cache/x.json", TRACE_IN_HOME, "AWS CLI", "rm /root/.aws/sso/cache/x.json",
        "rm /mnt/root/.aws/sso/cache/x.json" },
    { "/home/bob", 0, "other folders", "", "" },
    { "/home/bob/.local/share", 0, "other folders", "", "" },
    { "/home/bob/work/.bash_history", 0, NULL, NULL, NULL },
    { "/home/bob/work", 0, NULL, NULL, NULL },
    { "/opt/.bash_history", 0, NULL, NULL, NULL },
    { "/opt/aws/amazon-cloudwatch-agent/etc/common-config.toml", TRACE_IN_ETC,
        "CloudWatch agent's settings",
        "edit /opt/aws/amazon-cloudwatch-agent/etc/common-config.toml",
        "edit /mnt/opt/aws/amazon-cloudwatch-agent/etc/common-config.toml" },
    { "/opt/aws/amazon-cloudwatch-agent/logs/x", TRACE_IN_LOG, "CloudWatch agent",
        "rm -r /opt/aws/amazon-cloudwatch-agent/logs/x",
        "rm -r /mnt/opt/aws/amazon-cloudwatch-agent/logs/x" },
    { "/opt/aws/amazon-cloudwatch-agent/bin/x", 0, "programs", "", "" },
    { "/opt/aws/bin", 0, "programs", "", "" },
    { "/opt/codedeploy-agent/deployment-root/x", TRACE_IN_ETC, "CodeDeploy agent",
        "rm -r /opt/codedeploy-agent/deployment-root/x",
        "rm -r /mnt/opt/codedeploy-agent/deployment-root/x" },
    { "/var/lib/amazon/ssm/x", TRACE_IN_ETC, "SSM agent", "rm -r /var/lib/amazon/ssm/x",
        "rm -r /mnt/var/lib/amazon/ssm/x" },
    { "/var/lib", 0, NULL, NULL, NULL },
    { "/etcetera", 0, NULL, NULL, NULL },
};

static void test_places(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(place_rows); i++) {
        const struct seal_place *place = seal_place_of(place_rows[i].path);
        check_text(place_rows[i].path, place ? place->owner : NULL, place_rows[i].owner);
        if (!place)
            continue;
        _cleanup_buffer_ struct buffer clear = { 0 }, clear_image = { 0 };
        check_number(place_rows[i].path, place->where, place_rows[i].where);
        check_number("here", seal_place_append_remedy(place, "", place_rows[i].path, &clear), 0);
        check_number(
            "image", seal_place_append_remedy(place, "/mnt", place_rows[i].path, &clear_image), 0);
        check_text(place_rows[i].path, clear.data ? clear.data : "", place_rows[i].clear);
        check_text(place_rows[i].path, clear_image.data ? clear_image.data : "",
            place_rows[i].clear_image);
    }
}

static void note(const struct scan_hit *hit, void *data)
{
    check_number("memory",
        buffer_printf(
            data, "%s@%" PRIu64 " ", seal_kind_name((enum seal_kind) hit->kind), hit->offset),
        0);
}

static void add(struct strings *list, const char *text)
{
    if (text)
        check_number("memory", strings_append(list, text), 0);
}

/* The values of one machine. */
static struct scan *make(const char *password, const char *user, struct strings *notes)
{
    struct seal_values values = { 0 };
    struct scan *scan = NULL;
    add(&values.passwords, password);
    add(&values.users, user);
    add(&values.encoded_passwords, password ? "%70%34"
                                              "ss-as-written"
                                            : NULL);
    add(&values.instances, ID);
    check_number("new", seal_scan_new(&values, notes, &scan), 0);
    seal_values_free(&values);
    return scan;
}

enum { HOME = TRACE_IN_HOME, ETC = TRACE_IN_ETC, JOURNAL = TRACE_IN_JOURNAL };

static const struct {
    const char *bytes;
    unsigned int where;
    const char *expected;
} search_rows[] = {
    { KEY, HOME, "access key id@0 " },
    { "id=" ROLE_KEY "\n", ETC, "access key id@3 " },
    { "\"" KEY "\"," ROLE_KEY, JOURNAL, "access key id@1 access key id@23 " },
    { KEY "A", ETC, "" },
    { "A" KEY, ETC, "" },
    { "x" KEY "x", ETC, "access key id@1 " },
    { "AKIA"
      "QWERTY123456789",
        ETC, "" },
    { "AROA"
      "QWERTY1234567890",
        ETC, "" },
    { TOKEN, HOME, "IMDS token@0 " },
    { "token=" TOKEN "\n", ETC, "IMDS token@6 " },
    { "AQAE" FIFTY "=", ETC, "" },
    { "AQAE" FIFTY "x==", ETC, "" },
    { "x" TOKEN, ETC, "" },
    { TOKEN "=", ETC, "" },
    { "> X-aws-ec2-metadata-token: " TOKEN "\r\n", ETC, "IMDS token@4 " },
    { "> x-AWS-ec2-metadata-token:" FIFTY, ETC, "IMDS token@4 " },
    { "X-aws-ec2-metadata-token: $TOKEN", HOME, "" },
    { "X-aws-ec2-metadata-token-ttl-seconds: 21600", HOME, "" },
    { ID, HOME, "instance id@0 " },
    { ID, ETC, "instance id@0 " },
    { "on i-fedcba98765432100.", ETC, "instance id@3 " },
    { "on i-fedcba98765432100.", HOME, "" },
    { "log-i-deadbeef.txt", JOURNAL, "instance id@4 " },
    { "mi-0123456789abcdef1", ETC, "" },
    { "i-0123456789abcdef01", ETC, "instance id@0 " }, /* holds our own, in full */
    { "i-fedcba987654321001", ETC, "" },
    { "i-DEADBEEF i-deadbee i-deadbeefx", ETC, "" },
    { "p@ss/w rd", ETC, "proxy password@0 " },
    { "http://u:p%40ss%2Fw%20rd@h", HOME, "proxy password@9 " },
    { "p%40ss%2fw%20rd", JOURNAL, "proxy password@0 " },
    { "xp@ss/w rdx", ETC, "proxy password@1 " },
    { "%70%34ss-as-written", ETC, "proxy password@0 " },
    { "p@ss/w rd svc_proxy", TRACE_IN_SETTINGS, "" },
    { KEY, TRACE_IN_SETTINGS, "access key id@0 " },
    { "svc_proxy svc_proxy2 xsvc_proxy", ETC, "proxy user name@0 " },
    { "//svc_proxy:x@", HOME, "proxy user name@2 " },
    { "\x1f\x8b\x08 gzip", TRACE_IN_LOG, "compressed data, which cannot be searched@0 " },
    { "\x1f\x8b\x08 gzip", ETC, "" },
    { "x\x28\xb5\x2f\xfd", JOURNAL, "compressed data, which cannot be searched@1 " },
    { "x\xfd"
      "7zXZ",
        JOURNAL, "compressed data, which cannot be searched@1 " },
    { "x\x28\xb5\x2f\xfd", TRACE_IN_LOG, "" },
    { "\x28\xb5\x2f\xfd", TRACE_IN_LOG, "compressed data, which cannot be searched@0 " },
    { "BZh91AY", TRACE_IN_CLOUD_INIT, "compressed data, which cannot be searched@0 " },
    { "BZhello", TRACE_IN_CLOUD_INIT, "" },
};

static void check_hits(
    struct scan *scan, unsigned int where, const char *bytes, const char *expected)
{
    _cleanup_buffer_ struct buffer hits = { 0 };
    scan_start(scan, where, 0, note, &hits);
    scan_feed(scan, bytes, strlen(bytes));
    scan_end(scan);
    check_text(bytes, hits.data ? hits.data : "", expected);
}

static void test_search(void **state)
{
    (void) state;
    _cleanup_strings_ struct strings notes = { 0 };
    _cleanup_scan_ struct scan *scan = make("p@ss/w rd", "svc_proxy", &notes);
    check_number("notes", (long long) notes.count, 0);
    for (size_t i = 0; i < ELEMENTSOF(search_rows); i++) {
        check_hits(scan, search_rows[i].where, search_rows[i].bytes, search_rows[i].expected);
    }
}

/* A short word is in every file, so it counts where it can only be a login. */
static void test_short_values(void **state)
{
    (void) state;
    static const struct {
        const char *bytes, *expected;
    } rows[] = {
        { "svc p@ss", "" },
        { "http://svc:p@ss@proxy", "proxy user name@5 proxy password@10 " },
        { "http://svc:p%40ss@proxy", "proxy user name@5 proxy password@10 " },
        { "http://svc@proxy", "proxy user name@5 " },
        { "http://svc.example/", "" },
    };
    _cleanup_strings_ struct strings notes = { 0 };
    _cleanup_scan_ struct scan *scan = make("p@ss", "svc", &notes);
    _cleanup_mem_ char *words = strings_join(&notes, "\n");
    check_text("notes", words,
        "a proxy password has fewer than 6 bytes: it is looked for in URLs only, not by itself\n"
        "a proxy user name has fewer than 6 bytes: it is looked for in URLs only, not by itself");
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        check_hits(scan, TRACE_IN_ETC, rows[i].bytes, rows[i].expected);
    }
}

static void test_hidden(void **state)
{
    (void) state;
    static const struct {
        const char *path, *expected;
    } rows[] = {
        { "/etc/fstab", "/etc/fstab" },
        { "/var/lib/cloud/instances/" ID "/user-data.txt",
            "/var/lib/cloud/instances/***/user-data.txt" },
        { "/var/log/" ID ".log." ROLE_KEY, "/var/log/***.log.***" },
        { "/home/x/" ID, "/home/x/***" },
        { "/var/log/svc_proxy", "/var/log/***" },
        { "/var/log/X-aws-ec2-metadata-token: " TOKEN, "/var/log/X-***" },
        { "/etc/a\nb\n" KEY, "/etc/a\nb\n***" },
    };
    _cleanup_scan_ struct scan *scan = make("p@ss/w rd", "svc_proxy", NULL);
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_buffer_ struct buffer shown = { 0 };
        check_number("memory", seal_append_masked(scan, rows[i].path, &shown), 0);
        check_text(rows[i].path, shown.data, rows[i].expected);
    }
}

static void test_quoted(void **state)
{
    (void) state;
    static const struct {
        const char *path, *expected;
    } rows[] = {
        { "/etc/a-b_c.d,e:f=g@h%i+j", "/etc/a-b_c.d,e:f=g@h%i+j" },
        { "", "$''" },
        { "a b", "$'a b'" },
        { "it's", "$'it\\'s'" },
        { "back\\slash", "$'back\\\\slash'" },
        { "new\nline\x1b[1m\xff\x7f", "$'new\\012line\\033[1m\\377\\177'" },
        { "$(reboot)`x`;", "$'$(reboot)`x`;'" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_buffer_ struct buffer text = { 0 };
        check_number("memory", shell_append_quoted(rows[i].path, &text), 0);
        check_text(rows[i].path, text.data, rows[i].expected);
    }
}

static void test_instance(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        bool expected;
    } rows[] = { { ID, true }, { "i-deadbeef", true }, { "", false }, { "i-", false },
        { "i-0123456789abcdef", false }, { "i-0123456789abcdef00", false }, { "i-DEADBEEF", false },
        { "x-deadbeef", false }, { "iid-datasource-none", false }, { "i-deadbeeg", false } };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++)
        check_number(rows[i].text, seal_is_instance_id(rows[i].text), rows[i].expected);
}

static void put(struct findings *findings, const char *path, struct finding finding)
{
    char copy[100];
    (void) snprintf(copy, sizeof(copy), "%s", path);
    finding.place = seal_place_of(path);
    finding.path = copy;
    check_number("memory", findings_add(findings, &finding), 0);
}

static void test_findings(void **state)
{
    (void) state;
    struct findings findings = { 0 };
    put(&findings, "/root/.aws/b", (struct finding){ .kind = TRACE_ACCESS_KEY, .count = 1 });
    put(&findings, "/home", (struct finding){ .kind = TRACE_UNREAD, .failure = -EACCES });
    put(&findings, "/etc/b", (struct finding){ .kind = TRACE_USER, .count = 2, .offset = 7 });
    put(&findings, "/etc/b", (struct finding){ .kind = TRACE_PASSWORD, .count = 1, .offset = 12 });
    put(&findings, "/etc/a b", (struct finding){ .kind = TRACE_INSTANCE, .spot = FOUND_IN_NAME });
    put(&findings, "/etc/a b", (struct finding){ .kind = TRACE_INSTANCE, .spot = FOUND_IN_LINK });
    put(&findings, "/etc/machine-id", (struct finding){ .kind = TRACE_MACHINE_ID });
    put(&findings, "/var/log/journal/x", (struct finding){ .kind = TRACE_COMPRESSED, .count = 1 });
    findings_sort(&findings);
    _cleanup_buffer_ struct buffer text = { 0 };
    check_number("memory", findings_append_text(&findings, "", &text), 0);
    check_text("text", text.data,
        "journal: journalctl --rotate --vacuum-time=1s\n"
        "  /var/log/journal/x: compressed data, which cannot be searched, at byte 0\n"
        "machine id: truncate --size 0 FILE\n"
        "  /etc/machine-id: machine id\n"
        "configuration: edit FILE\n"
        "  $'/etc/a b': instance id, in its name\n"
        "  $'/etc/a b': instance id, where the link leads to\n"
        "  /etc/b: proxy password, at byte 12\n"
        "  /etc/b: proxy user name, 2 times, first at byte 7\n"
        "AWS CLI: rm FILE\n"
        "  /root/.aws/b: access key id, at byte 0\n"
        "other folders\n"
        "  /home: cannot be searched: Permission denied\n");
    findings_free(&findings);
}

/* Whatever there is, memory is bounded and all is counted. */
static void test_many_findings(void **state)
{
    (void) state;
    struct findings findings = { 0 };
    for (int i = 0; i < 10007; i++)
        put(&findings, "/etc/x", (struct finding){ .kind = TRACE_USER, .count = 1 });
    check_number("kept", (long long) findings.count, 10000);
    _cleanup_buffer_ struct buffer text = { 0 };
    check_number("memory", findings_append_text(&findings, "", &text), 0);
    check_text("the end", text.data + text.size - strlen("and 7 more\n"), "and 7 more\n");
    findings_free(&findings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_search),
        cmocka_unit_test(test_short_values),
        cmocka_unit_test(test_hidden),
        cmocka_unit_test(test_quoted),
        cmocka_unit_test(test_instance),
        cmocka_unit_test(test_findings),
        cmocka_unit_test(test_many_findings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

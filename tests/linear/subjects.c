/* SPDX-License-Identifier: MIT */
/* The parsers and what they read. An input that is refused is an answer, too: only its cost counts.
 */

#include "shapes.h"

#include <string.h>

#include "aws/fault.h"
#include "aws/parameters.h"
#include "aws/secret_value.h"
#include "clients/coverage.h"
#include "clients/explanation.h"
#include "clients/view.h"
#include "instance/credentials.h"
#include "instance/facts_file.h"
#include "instance/node_config.h"
#include "lib/array.h"
#include "lib/ascii.h"
#include "lib/diff.h"
#include "lib/json.h"
#include "lib/lines.h"
#include "lib/memory.h"
#include "lib/redact.h"
#include "lib/shell.h"
#include "lib/suggest.h"
#include "overrides/overrides.h"
#include "proxy/aws_services.h"
#include "proxy/no_proxy.h"
#include "proxy/no_proxy_cover.h"
#include "proxy/proxy_url.h"
#include "seal/patterns.h"
#include "settings/settings.h"
#include "trust/ca_file.h"

/* To see that the measure finds it: a walk within a walk, of few instructions beside a constant. */
static void read_planted(const struct buffer *text, const struct subject *subject)
{
    enum { CONSTANT = 100000, STEP = 64 };
    static volatile size_t sum;
    (void) subject;
    for (size_t i = 0; i < CONSTANT; i++)
        sum++;
    for (size_t i = 0; i < text->size; i++)
        for (size_t j = 0; j < i; j += STEP)
            sum++;
}

static const char *text_of(const struct buffer *text)
{
    return text->data ? text->data : "";
}

static void split_lines(const struct buffer *text, struct strings *ret)
{
    for (struct line line = { 0 }; line_next(text, &line);)
        (void) strings_append_n(ret, line.text, line.length);
}

static void read_json(const struct buffer *text, const struct subject *subject)
{
    _cleanup_json_ struct json *document = NULL;
    _cleanup_buffer_ struct buffer printed = { 0 };
    (void) subject;
    if (json_parse(text_of(text), text->size, &document, NULL) < 0)
        return;
    const struct json *last = NULL, *found = NULL;
    enum json_type type = json_type(document);
    if (type == JSON_ARRAY || type == JSON_OBJECT)
        for (const struct json *m = json_first(document); m; m = json_next(m))
            last = m;
    if (last)
        (void) json_line_of(text_of(text), text->size, document, last);
    if (type == JSON_OBJECT)
        (void) json_member(document, "none", &found);
    (void) json_print(document, &printed);
}

static void read_settings(const struct buffer *text, const struct subject *subject)
{
    _cleanup_settings_ struct settings settings = settings_default();
    struct error err = { 0 };
    (void) text;
    (void) subject;
    (void) settings_load(&subject_tree, NULL, &settings, &err);
    _cleanup_strings_ struct strings paths = { 0 };
    (void) settings_files(&subject_tree, &paths, &err);
}

/* What a list that is as good as any becomes. */
static void build(const struct no_proxy_entries *entries, const struct strings *services)
{
    _cleanup_strings_ struct strings warnings = { 0 };
    _cleanup_no_proxy_meant_ struct no_proxy_meant meant = { 0 };
    _cleanup_mem_ char *list = NULL;
    struct error err = { 0 };
    const struct no_proxy_parts parts = {
        .add = entries, .services = services, .region = "us-east-1", .domain = "amazonaws.com"
    };
    (void) no_proxy_check(&parts, &err);
    if (no_proxy_build(&parts, &warnings, &meant, &list, &err) == 0)
        (void) coverage_warn(&meant.add, false, &warnings);
}

static void read_no_proxy(const struct buffer *text, const struct subject *subject)
{
    _cleanup_no_proxy_entries_ struct no_proxy_entries entries = { 0 };
    _cleanup_few_ struct few refused = { 0 };
    struct error err = { 0 };
    (void) subject;
    (void) no_proxy_entries_parse(text_of(text), "f:1", &entries, &refused, &err);
    build(&entries, NULL);
}

static void read_cover(const struct buffer *text, const struct subject *subject)
{
    _cleanup_strings_ struct strings lost = { 0 };
    (void) subject;
    (void) no_proxy_find_uncovered(text_of(text), "localhost,*.corp,10.0.0.0/8", &lost);
    (void) no_proxy_find_uncovered(text_of(text), text_of(text), &lost);
}

static void read_services(const struct buffer *text, const struct subject *subject)
{
    _cleanup_strings_ struct strings names = { 0 };
    (void) subject;
    split_lines(text, &names);
    build(NULL, &names);
    (void) aws_service_is_exempt("s3", text_of(text));
}

static void read_url(const struct buffer *text, const struct subject *subject)
{
    _cleanup_proxy_url_ struct proxy_url url = { 0 };
    _cleanup_strings_ struct strings warnings = { 0 };
    struct error err = { 0 };
    (void) subject;
    if (proxy_url_parse(text_of(text), &url, &err) == 0) {
        mem_free(proxy_url_format(&url));
        (void) proxy_url_warn(&url, &warnings);
    }
    (void) proxy_url_check_user(text_of(text), &err);
}

static void read_endpoint(const struct buffer *text, const struct subject *subject)
{
    _cleanup_strings_ struct strings endpoint = { 0 };
    const char *reason = NULL;
    (void) subject;
    (void) imds_endpoint_parse(text_of(text), &endpoint, &reason);
}

static void read_redact(const struct buffer *text, const struct subject *subject)
{
    _cleanup_buffer_ struct buffer shown = { 0 }, value = { 0 };
    (void) subject;
    (void) redact_text(text, &shown);
    (void) redact_value(text_of(text), &value);
}

static void read_words(const struct buffer *text, const struct subject *subject)
{
    static const char *const words[] = { "proxy.http", "no_proxy.add" };
    _cleanup_buffer_ struct buffer word = { 0 };
    (void) subject;
    (void) shell_append_word(&word, text_of(text));
    (void) shell_append_name(&word, text_of(text));
    (void) suggest_word(text_of(text), words, ELEMENTSOF(words));
    (void) suggest_matches_prefix("aws cli", text_of(text));
    (void) suggest_matches_prefix(text_of(text), "aws cli");
}

static void read_node_config(const struct buffer *text, const struct subject *subject)
{
    _cleanup_node_config_ struct node_config config = { 0 };
    const char *problem = NULL;
    (void) subject;
    (void) node_config_read(text, &config, &problem);
}

static void read_ca_file(const struct buffer *text, const struct subject *subject)
{
    _cleanup_ca_file_ struct ca_file file = { 0 };
    _cleanup_strings_ struct strings warnings = { 0 };
    struct error err = { 0 };
    (void) subject;
    (void) ca_file_parse(text, 0, &file, &warnings, &err);
}

static void read_facts(const struct buffer *text, const struct subject *subject)
{
    _cleanup_facts_ struct facts facts = { 0 }, kept = { 0 };
    _cleanup_mem_ char *role = NULL, *code = NULL;
    struct error err = { 0 };
    (void) subject;
    (void) facts_read_region(text, &facts.region, &err);
    (void) facts_read_domain(text, &facts.domain, &err);
    (void) facts_read_blocks(text, &facts, &err);
    (void) facts_read_ipv6_blocks(text, &facts, &err);
    (void) credentials_parse_role(text, &role, &err);
    (void) credentials_parse(text, &facts.credentials, &err);
    (void) credentials_parse_info(text, &code);
    (void) facts_file_parse(text, "machine", &kept, &err);
}

static void read_aws(const struct buffer *text, const struct subject *subject)
{
    _cleanup_parameters_ struct parameters parameters = { 0 };
    _cleanup_secret_value_ struct secret_value secret = { 0 };
    struct fault fault;
    struct error err = { 0 };
    (void) subject;
    (void) parameters_read(text, &parameters, &err);
    (void) secret_value_read(text, &secret, &err);
    (void) fault_read(400, "", text, &fault);
}

/* Each line is changed, each second one, or all are in another order. */
static void read_diff(const struct buffer *text, const struct subject *subject)
{
    _cleanup_buffer_ struct buffer odd = { 0 }, all = { 0 }, turned = { 0 }, ret = { 0 };
    _cleanup_strings_ struct strings lines = { 0 };
    (void) subject;
    split_lines(text, &lines);
    for (size_t i = 0; i < lines.count; i++) {
        (void) buffer_printf(&odd, "%s%s\n", lines.items[i], i % 2 ? "+" : "");
        (void) buffer_printf(&all, "+%s\n", lines.items[i]);
        (void) buffer_printf(&turned, "%s\n", lines.items[lines.count - 1 - i]);
    }
    (void) diff_unified("a", text, "b", &odd, &ret);
    (void) diff_unified("a", text, "b", &all, &ret);
    (void) diff_unified("a", text, "b", &turned, &ret);
}

static void explain(struct explanation *explanation)
{
    _cleanup_buffer_ struct buffer table = { 0 }, json = { 0 };
    struct error err = { 0 };
    if (explanation_choose_clients(explanation, NULL, &err) == 0 &&
        explanation_parse_urls(explanation, &err) == 0 &&
        explanation_find_routes(explanation, &err) == 0) {
        (void) view_append_table(explanation, false, true, &table);
        (void) view_append_json(explanation, &json);
    }
}

static void read_explain_list(const struct buffer *text, const struct subject *subject)
{
    _cleanup_explanation_ struct explanation explanation = { .no_proxy = text_of(text) };
    (void) subject;
    (void) strings_append(&explanation.urls, "http://host.corp.example:8080/");
    (void) strings_append(&explanation.urls, "https://10.1.2.3/");
    (void) strings_append(&explanation.urls, "https://[fd00::1]/");
    explain(&explanation);
}

static void read_explain_urls(const struct buffer *text, const struct subject *subject)
{
    _cleanup_explanation_ struct explanation explanation = { .no_proxy =
                                                                 "corp.example,10.0.0.0/8" };
    (void) subject;
    split_lines(text, &explanation.urls);
    explain(&explanation);
}

static void read_overrides(const struct buffer *text, const struct subject *subject)
{
    static char proxy[] = "http://user:pass@proxy.corp:3128",
                list[] = "localhost,127.0.0.1,169.254.169.254,.corp.example,*.corp.example";
    const struct environment environment = {
        .values = { [VARIABLE_HTTP_PROXY] = proxy,
            [VARIABLE_HTTPS_PROXY] = proxy,
            [VARIABLE_NO_PROXY] = list },
    };
    _cleanup_overrides_ struct overrides found = { 0 };
    _cleanup_strings_ struct strings warnings = { 0 };
    (void) text;
    (void) subject;
    (void) overrides_find(&subject_tree, &environment, NULL, &found);
    (void) overrides_warn(&found, &warnings);
}

static void ignore(const struct scan_hit *hit, void *data)
{
    (void) hit;
    (void) data;
}

/* The values of the text are looked for, and in the text. */
static void read_scan(const struct buffer *text, const struct subject *subject)
{
    struct seal_values values = { 0 };
    _cleanup_strings_ struct strings notes = { 0 };
    _cleanup_scan_ struct scan *scan = NULL;
    _cleanup_buffer_ struct buffer masked = { 0 };
    (void) subject;
    (void) strings_append(&values.passwords, "pa");
    (void) strings_append(&values.passwords, "p@ssw0rd-of-nobody");
    if (seal_scan_new(&values, &notes, &scan) == 0) {
        scan_start(scan, ~0u, 0, ignore, NULL);
        scan_feed(scan, text_of(text), text->size);
        scan_end(scan);
        (void) seal_append_masked(scan, text_of(text), &masked);
    }
    seal_values_free(&values);
}

static void read_scan_values(const struct buffer *text, const struct subject *subject)
{
    struct seal_values values = { 0 };
    _cleanup_strings_ struct strings notes = { 0 };
    _cleanup_scan_ struct scan *scan = NULL;
    (void) subject;
    split_lines(text, &values.passwords);
    (void) seal_scan_new(&values, &notes, &scan);
    seal_values_free(&values);
}

#define FILE_OF(title, shapes_, path_)                                                             \
    {                                                                                              \
        .name = "overrides:" title, .read = read_overrides, .shapes = (shapes_), .path = (path_)   \
    }
#define MANY_OF(title, path_)                                                                      \
    {                                                                                              \
        .name = "overrides:" title, .read = read_overrides, .shapes = many_shapes,                 \
        .path = (path_), .many = true                                                              \
    }

const struct subject subjects[] = {
    { .name = "planted", .read = read_planted },
    /* strtod(3) multiplies the first hundreds of digits out. */
    { .name = "json", .read = read_json, .shapes = json_shapes, .factor = 3 },
    { .name = "settings",
        .read = read_settings,
        .shapes = settings_shapes,
        .path = "/etc/ec2-bootstrap/config.json",
        .factor = 4 },
    { .name = "settings:files",
        .read = read_settings,
        .shapes = many_shapes,
        .path = "/etc/ec2-bootstrap/config.d/*.json",
        .many = true },
    { .name = "no_proxy", .read = read_no_proxy, .shapes = list_shapes, .factor = 4 },
    { .name = "no_proxy:cover", .read = read_cover, .shapes = list_shapes, .factor = 4 },
    { .name = "services", .read = read_services, .shapes = service_shapes },
    { .name = "proxy-url", .read = read_url, .shapes = url_shapes },
    { .name = "endpoint", .read = read_endpoint, .shapes = url_shapes },
    { .name = "redact", .read = read_redact, .shapes = redact_shapes },
    { .name = "words", .read = read_words },
    { .name = "facts", .read = read_facts, .shapes = facts_shapes },
    { .name = "aws", .read = read_aws, .shapes = json_shapes, .factor = 3 },
    { .name = "node-config", .read = read_node_config, .shapes = facts_shapes },
    { .name = "ca-file", .read = read_ca_file, .shapes = pem_shapes },
    { .name = "diff", .read = read_diff, .shapes = diff_shapes },
    { .name = "explain:list", .read = read_explain_list, .shapes = list_shapes, .divisor = 4 },
    { .name = "explain:urls", .read = read_explain_urls, .shapes = url_list_shapes, .divisor = 2 },
    { .name = "scan", .read = read_scan, .shapes = url_shapes },
    { .name = "scan:values", .read = read_scan_values, .shapes = service_shapes },
    FILE_OF("profile", script_shapes, "/etc/profile"),
    FILE_OF("apt", apt_shapes, "/etc/apt/apt.conf"),
    FILE_OF("sudoers", sudo_shapes, "/etc/sudoers"),
    FILE_OF("unit", unit_shapes, "/etc/systemd/system/a.service"),
    FILE_OF("manager", unit_shapes, "/etc/systemd/system.conf"),
    FILE_OF("environment.d", environment_d_shapes, "/etc/environment.d/a.conf"),
    FILE_OF("pam", pam_shapes, "/etc/pam.d/sshd"),
    FILE_OF("pam_env.conf", pam_shapes, "/etc/security/pam_env.conf"),
    FILE_OF("environment", environment_d_shapes, "/etc/environment"),
    FILE_OF("sshd", pam_shapes, "/etc/ssh/sshd_config"),
    FILE_OF("crontab", environment_d_shapes, "/etc/crontab"),
    FILE_OF("wgetrc", ini_shapes, "/etc/wgetrc"),
    FILE_OF("curlrc", ini_shapes, "/root/.curlrc"),
    FILE_OF("gitconfig", ini_shapes, "/etc/gitconfig"),
    FILE_OF("npmrc", ini_shapes, "/etc/npmrc"),
    FILE_OF("pip", ini_shapes, "/etc/pip.conf"),
    FILE_OF("repo", ini_shapes, "/etc/yum.repos.d/a.repo"),
    MANY_OF("homes", "/home/u*/.npmrc"),
    MANY_OF("units", "/etc/systemd/system/u*.service"),
    MANY_OF("profile.d", "/etc/profile.d/p*.sh"),
    MANY_OF("environment.d:files", "/etc/environment.d/p*.conf"),
};

const size_t subjects_count = ELEMENTSOF(subjects);

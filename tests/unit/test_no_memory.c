/* SPDX-License-Identifier: MIT */
/* No function takes exhausted memory for an answer: each allocation of what parses and looks is
 * failed once, and each time -ENOMEM comes out. `make test-faults` does it with whole commands. */

#include "aws/fault.h"
#include "aws/parameters.h"
#include "aws/secret_value.h"
#include "aws/sigv4.h"
#include "instance/machine.h"
#include "lib/memory.h"
#include "outputs/docker_json.h"
#include "overrides.h"
#include "overrides/overrides.h"
#include "seal/known_values.h"

enum { NEVER = 0, ALLOCATIONS_MAX = 100000 };

/* Which allocation fails, from 1, and how many there were. */
static size_t failing, allocations;

void *__real_malloc(size_t size); // NOLINT
void *__wrap_malloc(size_t size); // NOLINT

void *__wrap_malloc(size_t size) // NOLINT
{
    return ++allocations == failing ? NULL : __real_malloc(size);
}

static int parse_json(const struct scratch *scratch)
{
    static const char text[] = "{\"a\": [1, \"two\", {\"b\": null}], \"c\": true}";
    _cleanup_json_ struct json *document = NULL;
    (void) scratch;
    return json_parse(text, sizeof(text) - 1, &document, NULL);
}

/* The value of a user that is in the backup has to come back. */
static int render_docker(const struct scratch *scratch)
{
    static char file[] = "{\"proxies\": {\"http-proxy\": \"http://p:1\", \"no-proxy\": \"n,*.n\"}}";
    static char kept[] = "{\"http-proxy\": \"http://p:1\", \"no-proxy\": \"n,*.n\"}\n\n"
                         "{\"http-proxy\": \"http://theirs:1\"}";
    static const struct environment none;
    const struct content old = { true, { file, sizeof(file) - 1, 0 } };
    const struct content backup = { true, { kept, sizeof(kept) - 1, 0 } };
    _cleanup_content_ struct content ret = { 0 }, ret_backup = { 0 };
    const struct edit edit = { &none, &old, &backup, &ret, &ret_backup };
    (void) scratch;
    int r = docker_json_render(&edit, NULL);
    if (r == 0)
        check_text(
            "docker", ret.bytes.data, "{\"proxies\": {\"http-proxy\": \"http://theirs:1\"}}");
    return r;
}

static int find_overrides(const struct scratch *scratch)
{
    static char proxy[] = OVERRIDE_PROXY, list[] = OVERRIDE_LIST;
    const struct environment environment = {
        .values = { [VARIABLE_HTTP_PROXY] = proxy, [VARIABLE_NO_PROXY] = list },
        .letter_case = LETTER_CASE_BOTH
    };
    _cleanup_overrides_ struct overrides found = { 0 };
    int r = overrides_find(&scratch->tree, &environment, NULL, &found);
    if (r == 0)
        check_number("overrides", found.count, 5);
    return r;
}

static int identify(const struct scratch *scratch)
{
    _cleanup_mem_ char *machine = NULL;
    int r = machine_identify(&scratch->tree, &machine);
    if (r == 0)
        check_text("machine", machine, "instance i-0123456789abcdef0");
    return r;
}

static int know_values(const struct scratch *scratch)
{
    struct seal_known_values known = { 0 };
    _cleanup_settings_ struct settings settings = settings_default();
    int r = seal_known_values_read(&scratch->tree, &settings, true, &known, NULL);
    if (r == 0) {
        check_number("passwords", known.values.passwords.count, 2);
        check_number("instances", known.values.instances.count, 1);
    }
    seal_known_values_free(&known);
    return r;
}

static int sign(const struct scratch *scratch)
{
    const struct sigv4_request request = {
        .host = "ssm.eu-west-1.amazonaws.com",
        .content_type = "application/x-amz-json-1.1",
        .target = PARAMETERS_TARGET,
        .access_key_id = "AKID",
        .secret_access_key = "secret",
        .session_token = "token",
        .region = "eu-west-1",
        .service = "ssm",
    };
    _cleanup_sigv4_headers_ struct sigv4_headers headers = { 0 };
    (void) scratch;
    int r = sigv4_sign(&request, &headers);
    check_that("untouched on failure", r == 0 || (!headers.authorization && !*headers.date));
    return r;
}

static int read_answers_of_aws(const struct scratch *scratch)
{
    static char parameters_text[] =
        "{\"Parameters\": [{\"Name\": \"/a\", \"Type\": \"String\", \"Value\": \"v\"}], "
        "\"InvalidParameters\": [\"/b\"]}";
    static char secret_text[] = "{\"SecretString\": \"v\", \"Name\": \"n\"}";
    static char fault_text[] = "{\"__type\": \"a#B\", \"message\": \"m\"}";
    const struct buffer parameters_body = { parameters_text, sizeof(parameters_text) - 1, 0 };
    const struct buffer secret_body = { secret_text, sizeof(secret_text) - 1, 0 };
    const struct buffer fault_body = { fault_text, sizeof(fault_text) - 1, 0 };
    _cleanup_parameters_ struct parameters parameters = { 0 };
    _cleanup_secret_value_ struct secret_value secret = { 0 };
    struct fault fault;
    (void) scratch;
    int r = parameters_read(&parameters_body, &parameters, NULL);
    if (r == 0)
        r = secret_value_read(&secret_body, &secret, NULL);
    return r == 0 ? fault_read(400, "", &fault_body, &fault) : r;
}

static int ask_aws(const struct scratch *scratch)
{
    _cleanup_strings_ struct strings names = { 0 };
    _cleanup_buffer_ struct buffer body = { 0 };
    (void) scratch;
    int r = strings_append(&names, "/a");
    if (r == 0)
        r = parameters_request(&names, &body);
    return r == 0 ? secret_value_request("n", "AWSPREVIOUS", &body) : r;
}

static const struct {
    const char *name;
    int (*does)(const struct scratch *scratch);
} jobs[] = {
    { "JSON", parse_json },
    { "docker", render_docker },
    { "overrides", find_overrides },
    { "machine", identify },
    { "known values", know_values },
    { "signature", sign },
    { "answers of AWS", read_answers_of_aws },
    { "requests to AWS", ask_aws },
};

static const struct {
    const char *path, *text;
} files[] = {
    { "/etc/profile", ". /etc/profile.d/z.sh\n" },
    { "/etc/profile.d/z.sh", "if [ -z \"$A\" ]; then export http_proxy=http://x:1; fi\n" },
    { "/etc/apt/apt.conf", "Acquire::http::Proxy \"http://x:1\";\n" },
    { "/etc/sudoers", "@includedir /etc/sudoers.d\n" },
    { "/etc/sudoers.d/90", "Defaults env_keep=x\n" },
    { "/etc/systemd/system.conf.d/90.conf", "[Manager]\nDefaultEnvironment=no_proxy=x\n" },
    { "/etc/environment.d/90.conf", "http_proxy=http://x:1\n" },
    { "/sys/class/dmi/id/board_asset_tag", "i-0123456789abcdef0\n" },
    { "/etc/machine-id", "0123456789abcdef0123456789abcdef\n" },
    { "/etc/ec2-bootstrap/config.json", "{\"proxy\": {\"http\": \"http://u:first@p:1\"}}\n" },
    { "/run/ec2-bootstrap/proxy.env", "http_proxy=\"http://u:second@p:1\"\n" },
    { "/run/cloud-init/instance-data.json",
        "{\"v1\": {\"instance_id\": \"i-0123456789abcdef0\"}}" },
};

static void test_each_allocation(void **state)
{
    const struct scratch *scratch = *state;
    for (size_t i = 0; i < ELEMENTSOF(files); i++)
        scratch_write(scratch, files[i].path, files[i].text);
    for (size_t i = 0; i < ELEMENTSOF(jobs); i++) {
        int r = -ENOMEM;
        for (failing = 1; r == -ENOMEM && failing < ALLOCATIONS_MAX; failing++) {
            allocations = 0;
            r = jobs[i].does(scratch);
            if (allocations >= failing)
                check_number(jobs[i].name, r, -ENOMEM);
        }
        failing = NEVER;
        check_number(jobs[i].name, r, 0);
        check_that(jobs[i].name, allocations > 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { scratch_test(test_each_allocation) };
    return cmocka_run_group_tests(tests, check_start, NULL);
}

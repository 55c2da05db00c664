/* Puts logins into proxy URLs, and facts into NO_PROXY. */

#include "setup/plan.h"

#include <errno.h>

#include "clients/coverage.h"
#include "lib/memory.h"
#include "outputs/writer.h"
#include "proxy/no_proxy.h"
#include "proxy/proxy_url.h"

/* Whether the settings name a proxy at all. */
static bool has_proxy(const struct settings *settings)
{
    return settings->proxy_http || settings->proxy_https;
}

struct facts_want resolve_wants(const struct settings *settings)
{
    bool proxy = has_proxy(settings);
    bool services = proxy && settings->no_proxy_services.count > 0;
    bool vpc = proxy && settings->no_proxy_vpc;
    return (struct facts_want){
        .credentials = settings->credentials != CREDENTIALS_OFF,
        .region = vpc || services,
        .domain = services,
        .vpc_cidrs = vpc,
    };
}

/* Parses a URL, adds the settings' login where it has none, and writes it in its canonical form;
 * appends its host. */
static int resolve_url(const char *text, const struct settings *settings, const char *password,
    char **ret, struct strings *hosts, struct strings *warnings, struct error *err)
{
    if (!text)
        return 0;
    _cleanup_proxy_url_ struct proxy_url url = { 0 };
    int r = proxy_url_parse(text, &url, warnings, err);
    if (r < 0)
        return r;
    if (!url.user && settings->proxy_username) {
        url.user = mem_strdup(settings->proxy_username);
        url.password = password ? mem_strdup(password) : NULL;
        if (!url.user || (password && !url.password))
            return error_no_memory(err);
    }
    *ret = proxy_url_format(&url);
    return *ret && strings_add_unique(hosts, url.host) == 0 ? 0 : error_no_memory(err);
}

static int check_login(const struct settings *settings, struct error *err)
{
    if (settings->proxy_password_file && !settings->proxy_username)
        return error_set(err, EX_CONFIG, -EINVAL,
            "proxy.password_file is set, but proxy.username is not: set both or none");
    return 0;
}

static int resolve_urls(const struct tree *tree, const struct settings *settings,
    struct proxy_values *values, struct strings *hosts, struct strings *warnings, struct error *err)
{
    _cleanup_mem_ char *password = NULL;
    int r = check_login(settings, err);
    if (r == 0)
        r = settings_read_password(tree, settings, &password, err);
    if (r == 0)
        r = resolve_url(
            settings->proxy_http, settings, password, &values->http, hosts, warnings, err);
    if (r == 0)
        r = resolve_url(
            settings->proxy_https, settings, password, &values->https, hosts, warnings, err);
    return r;
}

static bool use_brackets(const struct settings *settings, bool ipv6)
{
    return settings->no_proxy_brackets == BRACKETS_ALWAYS ||
           (settings->no_proxy_brackets == BRACKETS_AUTO && ipv6);
}

/* With the settings' own entries added to these parts of the list. */
static int resolve_parts(const struct tree *tree, const struct settings *settings,
    struct no_proxy_parts parts, struct proxy_values *ret, struct strings *warnings,
    struct strings *meant, struct error *err)
{
    _cleanup_proxy_values_ struct proxy_values values = {
        .letter_case = (enum proxy_case) settings->letter_case
    };
    _cleanup_strings_ struct strings hosts = { 0 };
    if (has_proxy(settings)) {
        int r = resolve_urls(tree, settings, &values, &hosts, warnings, err);
        if (r < 0)
            return r;
        parts.add = &settings->no_proxy_add;
        parts.proxies = &hosts;
        r = no_proxy_build(&parts, warnings, meant, &values.no_proxy, err);
        if (r < 0)
            return r;
        if (!outputs_can_hold(&values))
            return error_set(err, EX_SOFTWARE, -EBADMSG,
                "a proxy value has a character that some consumer cannot read");
    }
    *ret = values;
    values = (struct proxy_values){ 0 };
    return 0;
}

int resolve_check(const struct tree *tree, const struct settings *settings, struct error *err)
{
    _cleanup_proxy_values_ struct proxy_values values = { 0 };
    _cleanup_strings_ struct strings warnings = { 0 }, meant = { 0 };
    const struct no_proxy_parts parts = { 0 };
    return resolve_parts(tree, settings, parts, &values, &warnings, &meant, err);
}

int resolve_values(const struct tree *tree, const struct settings *settings,
    const struct facts *facts, bool ipv6, struct proxy_values *ret, struct strings *warnings,
    struct error *err)
{
    const struct no_proxy_parts parts = {
        .vpc = settings->no_proxy_vpc,
        .region = facts->region,
        .domain = facts->domain,
        .vpc_cidrs = &facts->vpc_cidrs,
        .services = &settings->no_proxy_services,
        .brackets = use_brackets(settings, ipv6),
    };
    _cleanup_strings_ struct strings meant = { 0 };
    int r = resolve_parts(tree, settings, parts, ret, warnings, &meant, err);
    if (r == 0 && coverage_warn(&meant, parts.brackets, warnings) < 0)
        r = error_no_memory(err);
    return r;
}

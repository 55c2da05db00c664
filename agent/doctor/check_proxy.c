/* SPDX-License-Identifier: MIT */
/* That a proxy answers does not mean that it lets anything through. */

#include <errno.h>
#include <string.h>

#include "aws/https.h"
#include "doctor/check.h"
#include "doctor/probe.h"
#include "lib/array.h"
#include "lib/resolve.h"

enum { HTTP_DENIED = 403, HTTP_LOGIN = 407, HTTP_FAULTS = 500 };

static const char *scheme_text(const struct probe *probe)
{
    return probe->scheme == PROBE_HTTPS ? "https" : "http";
}

/* No request came to an answer. */
static int find_no_answer(const struct probe *probe, struct doctor_result *ret)
{
    static const struct {
        int result;
        enum doctor_kind_id kind;
        const char *seen;
    } rows[] = {
        { -ENOTCONN, PROXY_CONNECT_TIMEOUT, "no connection in time" },
        { -ETIMEDOUT, PROXY_SILENT, "it takes the connection, and answers nothing" },
        { -ECONNRESET, PROXY_RESET, "it closes the connection without an answer" },
        { -EPROTO, PROXY_NO_HTTP, "what answers is no HTTP" },
        { -ECONNREFUSED, PROXY_REFUSED, "the connection is refused" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++)
        if (rows[i].result == probe->result)
            return doctor_find(ret, rows[i].kind, probe->proxy_name, NULL, "%s (for %s)",
                rows[i].seen, scheme_text(probe));
    return doctor_find(ret, PROXY_UNREACHABLE, probe->proxy_name, NULL, "%s (for %s)",
        strerror(-probe->result), scheme_text(probe));
}

static int find_tls(const struct probe *probe, struct doctor_result *ret)
{
    if (probe->result == -EKEYREJECTED && probe->is_of_proxy)
        return doctor_find(ret, PROXY_CERTIFICATE, probe->proxy_name, NULL, "%s%s%s", probe->reason,
            *probe->issuer ? "; issuer: " : "", probe->issuer);
    if (probe->result == -ECONNABORTED && probe->is_of_proxy)
        return doctor_find(ret, PROXY_NO_TLS, probe->proxy_name, NULL, "%s", probe->reason);
    if (probe->result == -EKEYREJECTED && probe->is_unknown)
        return doctor_find(ret, PROXY_INSPECTS, probe->proxy_name, NULL,
            "the certificate of %s (%s) is issued by %s", probe->host, probe->subject,
            *probe->issuer ? probe->issuer : "somebody unknown");
    return doctor_find(
        ret, PROXY_TLS, probe->proxy_name, NULL, "%s: %s", probe->host, probe->reason);
}

static int proxy_find_login(const struct probe *probe, struct doctor_result *ret)
{
    bool has_basic = strcasestr(probe->schemes, "basic") != NULL;
    const char *schemes = *probe->schemes ? probe->schemes : "none";
    if (!has_basic && *probe->schemes)
        return doctor_find(ret, PROXY_WITHOUT_BASIC, probe->proxy_name, NULL,
            "407 for %s; it offers %s", probe->host, schemes);
    if (probe->is_login_unseen)
        return strings_printf(&ret->unseen,
            "%s: whether it takes the login: only root reads the password", probe->proxy_name);
    if (!probe->user)
        return doctor_find(ret, PROXY_WANTS_LOGIN, probe->proxy_name, NULL,
            "407 for %s; it offers %s", probe->host, schemes);
    return doctor_find(ret, PROXY_REFUSES_LOGIN, probe->proxy_name, NULL,
        "407 for %s; it offers %s", probe->host, schemes);
}

/* AWS's own answers are none of the proxy. Behind port 80 there need not be anybody. */
static int judge_status(const struct probe *probe, struct doctor_result *ret)
{
    bool is_https = probe->scheme == PROBE_HTTPS;
    const char *reason = *probe->reason ? probe->reason : "no reason is given";
    if (probe->proxy_status == HTTP_LOGIN)
        return proxy_find_login(probe, ret);
    if (is_https ? probe->proxy_status / 100 == 2
                 : probe->is_of_aws || probe->proxy_status < HTTP_DENIED)
        return 0;
    if (probe->proxy_status >= HTTP_FAULTS)
        return is_https ? doctor_find(ret, PROXY_NO_WAY_OUT, probe->proxy_name, NULL,
                              "%d for %s: %s", probe->proxy_status, probe->host, reason)
                        : strings_printf(&ret->unseen, "%s: http://%s is not reached: %d, %s",
                              probe->proxy_name, probe->host, probe->proxy_status, reason);
    if (!is_https && probe->proxy_status != HTTP_DENIED)
        return 0;
    return doctor_find(ret, PROXY_DENIES, probe->proxy_name, NULL, "%d for %s://%s: %s",
        probe->proxy_status, scheme_text(probe), probe->host, reason);
}

static int tell_success(const struct probe *probe, struct doctor_result *ret)
{
    if (probe->scheme == PROBE_HTTP)
        return strings_printf(
            &ret->facts, "%s lets http://%s through", probe->proxy_name, probe->host);
    return strings_printf(&ret->facts, "%s lets %s through; the certificate is issued by %s%s",
        probe->proxy_name, probe->host,
        *probe->issuer ? probe->issuer : "an authority that is known",
        probe->is_by_file ? ", which is in proxy.ca_file" : "");
}

static int judge_probe(const struct probe *probe, struct doctor_result *ret)
{
    size_t before = ret->count + ret->unseen.count;
    int r;
    if (probe->resolved < 0)
        r = doctor_find(ret, PROXY_NAME_UNKNOWN, probe->proxy_host, NULL, "%s",
            resolve_result_text(probe->resolved));
    else if (probe->result == -EKEYREJECTED || probe->result == -ECONNABORTED)
        r = find_tls(probe, ret);
    else
        r = probe->result < 0 ? find_no_answer(probe, ret) : judge_status(probe, ret);
    return r == 0 && ret->count + ret->unseen.count == before ? tell_success(probe, ret) : r;
}

/* A host that only TLS reaches, or a proxy, is not asked by a build that has none. */
static bool needs_tls(const struct probe *probe)
{
    return probe->scheme == PROBE_HTTPS || strncmp(probe->proxy, "https:", 6) == 0;
}

static int try_proxy(struct probe *probe, uint64_t end_ms, struct doctor_result *ret)
{
    if (needs_tls(probe) && !https_is_built_in())
        return strings_printf(&ret->unseen,
            "%s: whether it lets %s://%s through: this build of ec2-bootstrap has no TLS",
            probe->proxy_name, scheme_text(probe), probe->host);
    int r = probe_perform(probe, end_ms);
    return r < 0 ? r : judge_probe(probe, ret);
}

static bool is_same_proxy(const struct probe *a, const struct probe *b)
{
    return a->proxy && b->proxy && strcmp(a->proxy, b->proxy) == 0;
}

/* What is wrong with one proxy is said once. */
int doctor_check_proxy(const struct doctor *doctor, struct doctor_result *ret)
{
    _cleanup_probe_ struct probe https = { 0 }, http = { 0 };
    int has_https = probe_prepare(doctor, PROBE_HTTPS, &https);
    int has_http = has_https < 0 ? 0 : probe_prepare(doctor, PROBE_HTTP, &http);
    int r = has_https < 0 || has_http < 0 ? -ENOMEM : 0;
    if (r == 0 && !has_https && !has_http)
        return strings_append(&ret->facts, "no proxy is configured");
    if (r == 0 && has_https)
        r = try_proxy(&https, doctor->end_ms, ret);
    if (r < 0 || !has_http || (is_same_proxy(&https, &http) && ret->count > 0))
        return r;
    return try_proxy(&http, doctor->end_ms, ret);
}

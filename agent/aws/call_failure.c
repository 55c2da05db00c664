/* SPDX-License-Identifier: MIT */
/* Each dead end has its way out in the words. */

#include "aws/call_failure.h"

#include <errno.h>
#include <stdio.h>

#include "lib/array.h"
#include "lib/printable.h"

static const struct failure_row {
    int result, r, status;
    const char *remedy;
} results[] = {
    { -EKEYREJECTED, -EKEYREJECTED, EX_UNAVAILABLE,
        "if a proxy inspects TLS, name its CA in proxy.ca_file; else check the clock of this "
        "machine" },
    { -ENOKEY, -ENOKEY, EX_CONFIG,
        "check proxy.ca_file, or install the system's CAs (ca-certificates)" },
    { -EPROTONOSUPPORT, -EPROTONOSUPPORT, EX_UNAVAILABLE, "install another one" },
    { -EMSGSIZE, -EMSGSIZE, EX_DATAERR, "something other than AWS answers there" },
    { -EPROTO, -EAGAIN, EX_DATAERR, "something other than AWS answers there" },
    { -ECONNABORTED, -EAGAIN, EX_UNAVAILABLE, "something on the way does not let TLS pass" },
};

static const struct failure_row lost = { 0, -EAGAIN, EX_UNAVAILABLE,
    "allow it in the security groups and routes, make an interface endpoint, or name a proxy" };

static const struct failure_row lost_by_proxy = { 0, -EAGAIN, EX_UNAVAILABLE,
    "see whether the proxy runs, lets this instance in, and reaches the host" };

static const struct failure_row *row_of_request(const struct https_request *request)
{
    for (size_t i = 0; i < ELEMENTSOF(results); i++)
        if (results[i].result == request->result)
            return &results[i];
    return request->proxy ? &lost_by_proxy : &lost;
}

static int refuse_at_proxy(
    const struct call *call, const struct https_request *request, struct error *err)
{
    int status = request->proxy_status;
    bool again = status / 100 == 5 || status == 429;
    const char *remedy = "allow the host in the proxy, or make an interface endpoint";
    if (status == 407)
        remedy = "it wants a login, which is not known before this call: let the host pass without "
                 "one, or make an interface endpoint";
    else if (again)
        remedy = "see the proxy's log: it may not reach the host";
    return error_set(err, EX_UNAVAILABLE, again ? -EAGAIN : -EREMOTEIO,
        "%s: the proxy %s answers HTTP %d: %s", call->host, request->proxy, status, remedy);
}

int call_failure_of_request(
    const struct call *call, const struct https_request *request, struct error *err)
{
    char reason[HTTPS_REASON_MAX];
    if (request->result == -EREMOTEIO)
        return refuse_at_proxy(call, request, err);
    const struct failure_row *row = row_of_request(request);
    (void) snprintf(reason, sizeof(reason), "%s", request->reason);
    printable_make(reason);
    return error_set(err, row->status, row->r, "%s: %s%s%s%s%s%s: %s", call->host,
        https_result_text(request->result), *reason ? " (" : "", reason, *reason ? ")" : "",
        request->proxy ? ", through the proxy " : "", request->proxy ? request->proxy : "",
        row->remedy);
}

/* AWS's own words stand at the end: they are what an error that is too long may lose. */
static void append_words(const struct fault *fault, struct error *err)
{
    error_append(
        err, " (%s%s%s)", fault->code, *fault->code && *fault->message ? ": " : "", fault->message);
}

static void say_throttled(
    const struct call_options *options, const struct call *call, struct error *err)
{
    (void) options;
    error_append(err, "%s is throttled: the account makes more calls than its rate in the Region",
        call->action);
}

static void say_trouble(
    const struct call_options *options, const struct call *call, struct error *err)
{
    (void) options;
    error_append(err, "%s: the service has a fault: try again later", call->action);
}

static void say_credentials(
    const struct call_options *options, const struct call *call, struct error *err)
{
    (void) call;
    error_append(err,
        "the credentials of the role %s are refused, and so are new ones: check that the role "
        "exists, "
        "and that its account has the Region %s switched on",
        options->role, options->region);
}

static void say_signature(
    const struct call_options *options, const struct call *call, struct error *err)
{
    (void) call;
    error_append(err,
        "the signature with the credentials of the role %s is refused: set the clock of this "
        "machine",
        options->role);
}

static void say_denied(
    const struct call_options *options, const struct call *call, struct error *err)
{
    error_append(err,
        "the role %s may not %s on %s: add to its policy {\"Effect\": \"Allow\", \"Action\": "
        "\"%s\", \"Resource\": \"%s\"}",
        options->role, call->action, call->resource, call->action, call->resource);
}

static void say_missing(
    const struct call_options *options, const struct call *call, struct error *err)
{
    (void) options;
    error_append(err, "there is no %s: create it, or correct its name", call->resource);
}

static void say_decryption(
    const struct call_options *options, const struct call *call, struct error *err)
{
    error_append(err,
        "the role %s cannot use the key of %s: add to its policy {\"Effect\": \"Allow\", "
        "\"Action\": \"kms:Decrypt\", \"Resource\": the key's ARN}, and allow the role in the "
        "key's own policy",
        options->role, call->resource);
}

static void say_deleted(
    const struct call_options *options, const struct call *call, struct error *err)
{
    (void) options;
    error_append(
        err, "%s is scheduled for deletion: restore it, or name another one", call->resource);
}

static void say_invalid(
    const struct call_options *options, const struct call *call, struct error *err)
{
    (void) options;
    error_append(err, "%s of %s is refused: check the name", call->action, call->resource);
}

static void say_foreign(
    const struct call_options *options, const struct call *call, struct error *err)
{
    (void) options, (void) call;
    error_append(err, "something other than AWS answers there: check the host and the proxy");
}

int call_failure_of_fault(const struct call_options *options, const struct call *call, int status,
    const struct fault *fault, struct error *err)
{
    static const struct {
        int r, status;
        void (*say)(const struct call_options *options, const struct call *call, struct error *err);
    } kinds[FAULT_KINDS] = {
        [FAULT_THROTTLED] = { -EAGAIN, EX_TEMPFAIL, say_throttled },
        [FAULT_TROUBLE] = { -EAGAIN, EX_TEMPFAIL, say_trouble },
        [FAULT_CREDENTIALS] = { -EACCES, EX_NOPERM, say_credentials },
        [FAULT_SIGNATURE] = { -EACCES, EX_NOPERM, say_signature },
        [FAULT_DENIED] = { -EACCES, EX_NOPERM, say_denied },
        [FAULT_DECRYPTION] = { -EACCES, EX_NOPERM, say_decryption },
        [FAULT_MISSING] = { -ENOENT, EX_CONFIG, say_missing },
        [FAULT_DELETED] = { -ENOENT, EX_CONFIG, say_deleted },
        [FAULT_INVALID] = { -EINVAL, EX_CONFIG, say_invalid },
        [FAULT_FOREIGN] = { -EBADMSG, EX_DATAERR, say_foreign },
    };
    int r = error_set(
        err, kinds[fault->kind].status, kinds[fault->kind].r, "%s: HTTP %d: ", call->host, status);
    kinds[fault->kind].say(options, call, err);
    if (*fault->code || *fault->message)
        append_words(fault, err);
    return r;
}

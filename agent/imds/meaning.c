/* SPDX-License-Identifier: MIT */
/* https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html documents
 * 400, 401, 403, 404 and 503; 429 and the other 5xx are treated as throttling and passing faults.
 */

#include "imds/meaning.h"

#include <errno.h>
#include <stddef.h>
#include <sysexits.h>

#include "lib/array.h"

static const char not_imds[] =
    "something other than the metadata service answers there: check the endpoint";
static const char unreachable[] =
    "check that this is an EC2 instance and that no route or firewall is in the way";

struct imds_meaning imds_meaning_of_status(int status)
{
    static const struct {
        int first, last;
        struct imds_meaning meaning;
    } meanings[] = {
        { 200, 200, { IMDS_VALUE, EX_OK, "" } },
        { 300, 399, { IMDS_STOP, EX_DATAERR, not_imds } },
        { 401, 401,
            { IMDS_RENEW, EX_UNAVAILABLE,
                "the token is not accepted: try again, and check that one metadata service answers "
                "there" } },
        { 403, 403,
            { IMDS_STOP, EX_UNAVAILABLE,
                "the metadata service is switched off for this instance: aws ec2 "
                "modify-instance-metadata-options --instance-id ID --http-endpoint enabled; if "
                "that is on purpose, set \"credentials\" to \"off\" and \"no_proxy.vpc\" to "
                "false" } },
        { 404, 404, { IMDS_ABSENT, EX_UNAVAILABLE, not_imds } },
        { 429, 429,
            { IMDS_AGAIN, EX_UNAVAILABLE,
                "the metadata service is throttling: try again later, or ask it less often" } },
        { 400, 499, { IMDS_STOP, EX_UNAVAILABLE, not_imds } },
        { 500, 599,
            { IMDS_AGAIN, EX_UNAVAILABLE, "the metadata service has a fault: try again later" } },
    };
    for (size_t i = 0; i < ELEMENTSOF(meanings); i++)
        if (status >= meanings[i].first && status <= meanings[i].last)
            return meanings[i].meaning;
    return (struct imds_meaning){ IMDS_STOP, EX_DATAERR, not_imds };
}

struct imds_meaning imds_meaning_of_failure(int result)
{
    static const struct {
        int result;
        struct imds_meaning meaning;
    } meanings[] = {
        { -EMSGSIZE, { IMDS_STOP, EX_DATAERR, not_imds } },
        { -EPROTO, { IMDS_STOP, EX_DATAERR, not_imds } },
        { -EPIPE, { IMDS_AGAIN, EX_DATAERR, not_imds } },
        { -EACCES, { IMDS_AGAIN, EX_UNAVAILABLE,
                       "a route or a firewall rule forbids it, also to packets with the mark "
                       "0x7FFF0815 by "
                       "which systemd lets its own through" } },
        { -EPERM, { IMDS_STOP, EX_NOPERM,
                      "systemd locks the metadata service away from all packets without the mark "
                      "0x7FFF0815, and setting it takes CAP_NET_ADMIN: run as root, or add the "
                      "capability" } },
        { -ENOMEM, { IMDS_STOP, EX_OSERR, "" } },
    };
    for (size_t i = 0; i < ELEMENTSOF(meanings); i++)
        if (meanings[i].result == result)
            return meanings[i].meaning;
    return (struct imds_meaning){ IMDS_AGAIN, EX_UNAVAILABLE, unreachable };
}

struct imds_meaning imds_meaning_of_lost_token(void)
{
    return (struct imds_meaning){ IMDS_AGAIN, EX_UNAVAILABLE,
        "the server is there, so its answer got lost on the way: from a container or behind a "
        "bridge "
        "the hop limit must be 2 or more: aws ec2 modify-instance-metadata-options --instance-id "
        "ID "
        "--http-put-response-hop-limit 2" };
}

/* SPDX-License-Identifier: MIT */
#pragma once

/* The main job as a library: settings → IMDS facts → environment → outputs. `run` calls all of it
 * in this order, the other commands call what they need. The functions log and notify what a person
 * waits for, and what IMDS itself is warned about; errors and the other warnings are the caller's
 * to tell. */

#include "files/tree.h"
#include "imds/client.h"
#include "instance/facts.h"
#include "lib/error.h"
#include "outputs/plan.h"
#include "overrides/override.h"
#include "proxy/environment.h"
#include "settings/settings.h"
#include "setup/trust.h"

/* Where the facts are from that NO_PROXY is made of. */
enum facts_source {
    FACTS_NONE, /* none are known, or none are needed */
    FACTS_OF_IMDS,
    FACTS_KEPT,          /* the last good run on this machine learned them */
    FACTS_OF_INTERFACES, /* this machine's subnets stand for the VPC's blocks */
    FACTS_SOURCES,
};

/* What takes precedence over the settings; borrowed, NULL where it was not given. */
struct setup_options {
    const char *root; /* of the tree; NULL: "/" */
    const char *config;
    const char *http_proxy;
    const char *https_proxy;
    const char *no_proxy; /* is added to no_proxy.add */
    const char *endpoint;
    bool without_fetched; /* what came from AWS does not count */
};

/* What the job gathers on its way. */
struct setup {
    struct tree tree;
    struct settings settings;
    bool reads_fetched;     /* what AWS holds counts */
    char *password;         /* of the proxy, or NULL */
    struct ca_file ca_file; /* the company's CAs */
    struct trust_outcome trust;
    struct strings presets; /* of NO_PROXY, by name */
    struct facts_want want; /* what IMDS is asked for */
    struct strings endpoints;
    struct imds_client *imds; /* NULL before setup_connect() */
    struct facts facts;
    enum facts_source facts_source;
    struct environment environment; /* empty: no proxy is configured */
    struct output_results results;
    struct overrides overrides; /* what wins over the outputs */
    struct strings warnings;
    struct strings doubts; /* those of them that are about values in the settings */
    struct strings notes;  /* what is worth knowing of values that change */
};

/* Opens the tree, loads the settings and applies the options. 0, or a negative errno and an error.
 * The caller frees *setup with setup_close(), also after a failure. */
int setup_open(const struct setup_options *options, struct setup *setup, struct error *err);

/* Refuses at once what would be refused whatever IMDS says, reads the password, and decides what
 * IMDS is asked for: nothing on a machine that is not on EC2. 0, or a negative errno and an error.
 */
int setup_check(struct setup *setup, struct error *err);

/* Reads proxy.ca_file, and appends what is to be warned of it. 0, or a negative errno and an error.
 */
int setup_read_ca_file(struct setup *setup, struct error *err);

/* Whether the firmware says that this is no EC2 instance, and nothing names a metadata service
 * either. 1 and the firmware's vendor in *ret_vendor, which the caller frees with mem_free(); 0; or
 * -ENOMEM. */
int setup_is_not_ec2(const struct setup *setup, char **ret_vendor);

/* Whether the outputs depend on what IMDS is asked for. */
bool setup_needs_facts(const struct setup *setup);

/* Makes the client and gets its token. 0, or a negative errno and an error: EX_UNAVAILABLE also
 * when AWS_EC2_METADATA_DISABLED is set, or when this is not EC2. */
int setup_connect(struct setup *setup, struct error *err);

/* The same once more, with a token and a deadline of its own: after a while that others took. */
int setup_reconnect(struct setup *setup, struct error *err);

/* Asks IMDS for what setup->want says, after setup_connect(), which it calls; nothing for nothing.
 * Credentials are not waited for. 0, or a negative errno and an error. */
int setup_ask(struct setup *setup, struct error *err);

/* After a setup_ask() that failed: finds what is known without the metadata service, and appends
 * the warning that says what of NO_PROXY is from where and what it lacks. 0: the outputs can be
 * made; or a negative errno and an error: `asked` and its `reason` where that is no failure of the
 * metadata service, or where the settings want nothing without it. */
int setup_fall_back(struct setup *setup, int asked, const struct error *reason, struct error *err);

/* Makes the environment from settings and facts; appends warnings. 0, or a negative errno and an
 * error. */
int setup_make_environment(struct setup *setup, struct error *err);

/* What is wanted of the outputs; it borrows from the setup. */
struct output_request setup_output_request(const struct setup *setup);

/* Plans the outputs into setup->results and writes nothing. 0, or a negative errno and the error of
 * the first file that failed. */
int setup_plan(struct setup *setup, struct error *err);

/* Plans the outputs and writes them, under the lock of the tree. As setup_plan(). */
int setup_write(struct setup *setup, struct error *err);

/* Finds what wins over the outputs, after they were planned or written, into setup->overrides, and
 * appends a warning for each. 0 or -ENOMEM. */
int setup_find_overrides(struct setup *setup);

/* Waits for the credentials, where they are required and have not come; `asked` is what setup_ask()
 * returned, and `reason` its error. Optional ones that have not come are a warning. 0, or a
 * negative errno and an error. */
int setup_wait_credentials(
    struct setup *setup, int asked, const struct error *reason, struct error *err);

void setup_close(struct setup *setup);

#define _cleanup_setup_ _cleanup_(setup_close)

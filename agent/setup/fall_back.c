/* SPDX-License-Identifier: MIT */
/* A machine that is only reached through its proxy needs it the most when the metadata service is
 * switched off, silent or broken. */

#include <errno.h>
#include <string.h>
#include <sysexits.h>

#include "files/paths.h"
#include "instance/facts_file.h"
#include "instance/interfaces.h"
#include "instance/machine.h"
#include "lib/array.h"
#include "lib/lines.h"
#include "lib/log.h"
#include "lib/memory.h"
#include "setup/setup_internal.h"

/* What one part of NO_PROXY is made of. */
enum origin { ANSWERED, KEPT, FROM_INTERFACES, MISSING };

/* While it is found out. */
struct fall_back {
    struct setup *setup;
    struct facts kept;
    enum origin region, domain, blocks;
    struct buffer subnets; /* of the interfaces, a line for each */
};

static void fall_back_free(struct fall_back *back)
{
    facts_free(&back->kept);
    buffer_free(&back->subnets);
}

#define _cleanup_fall_back_ _cleanup_(fall_back_free)

/* Whether an error is the metadata service's: one of ours, of the settings or of memory is not. */
static bool is_of_imds(const struct error *reason)
{
    static const int statuses[] = { EX_UNAVAILABLE, EX_TEMPFAIL, EX_DATAERR, EX_NOPERM };
    for (size_t i = 0; i < ELEMENTSOF(statuses); i++)
        if (reason->status == statuses[i])
            return true;
    return false;
}

static int read_kept(struct fall_back *back, const char *machine, struct error *err)
{
    struct error why = { 0 };
    int r = machine ? facts_file_read(&back->setup->tree, machine, &back->kept, &why) : -ENOENT;
    if (r == -ENOMEM)
        return error_no_memory(err);
    if (r == -EXDEV)
        log_info("%s" PATH_FACTS " is of another machine: not used", back->setup->tree.path);
    else if (r < 0 && r != -ENOENT &&
             strings_printf(&back->setup->warnings,
                 "%s" PATH_FACTS ": %s: not used; the next run that reaches the metadata service "
                 "replaces it",
                 back->setup->tree.path, why.text) < 0)
        return error_no_memory(err);
    return 0;
}

/* An answer comes before what was kept. */
static enum origin take_word(char **answer, char **kept)
{
    if (*answer)
        return ANSWERED;
    *answer = TAKE_PTR(*kept);
    return *answer ? KEPT : MISSING;
}

/* After a failure it is not known whether the blocks that came are all. */
static enum origin take_blocks(struct facts *facts, struct facts *kept)
{
    mem_free(facts->vpc_blocks);
    facts->vpc_blocks = TAKE_PTR(kept->vpc_blocks);
    facts->vpc_block_count = kept->vpc_block_count;
    kept->vpc_block_count = 0;
    mem_free(facts->vpc_ipv6_blocks);
    facts->vpc_ipv6_blocks = TAKE_PTR(kept->vpc_ipv6_blocks);
    facts->vpc_ipv6_block_count = kept->vpc_ipv6_block_count;
    kept->vpc_ipv6_block_count = 0;
    return facts->vpc_block_count > 0 ? KEPT : MISSING;
}

static int take_subnets(struct fall_back *back, struct error *err)
{
    struct interface interfaces[INTERFACES_LISTED_MAX];
    size_t count = 0;
    int r = interfaces_list(&back->setup->tree, interfaces, &count);
    if (r < 0 && r != -ENOMEM)
        log_debug("the network interfaces cannot be listed: %s", strerror(-r));
    if (r == -ENOMEM || interfaces_append_subnets(interfaces, count, &back->subnets) < 0)
        return error_no_memory(err);
    if (back->subnets.size > 0)
        back->blocks = FROM_INTERFACES;
    return facts_read_blocks(&back->subnets, &back->setup->facts, err);
}

static int find_facts(struct fall_back *back, struct error *err)
{
    struct setup *setup = back->setup;
    _cleanup_mem_ char *machine = NULL;
    int r = machine_identify(&setup->tree, &machine);
    if (r < 0 && r != -ENOMEM)
        r = strings_printf(&setup->warnings,
            "%s" PATH_FACTS ": whether it is of this machine cannot be seen: %s: not used",
            setup->tree.path, strerror(-r));
    if (r < 0)
        return error_no_memory(err);
    r = read_kept(back, machine, err);
    if (r < 0)
        return r;
    back->region = take_word(&setup->facts.region, &back->kept.region);
    back->domain = take_word(&setup->facts.domain, &back->kept.domain);
    back->blocks = take_blocks(&setup->facts, &back->kept);
    /* Where nothing runs, the interfaces are those of the machine that the image is made on. */
    bool runs = machine || !*setup->tree.path;
    bool wants_blocks = setup->want.vpc_blocks && back->blocks == MISSING;
    return wants_blocks && runs ? take_subnets(back, err) : 0;
}

/* A part of NO_PROXY is no better than the worst of the facts that it takes. */
static enum origin worst(enum origin a, enum origin b)
{
    return a > b ? a : b;
}

/* "a, b and c" */
static int append_list(struct buffer *text, const struct strings *words)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < words->count; i++) {
        const char *separator = i == 0 ? "" : i + 1 < words->count ? ", " : " and ";
        r = buffer_printf(text, "%s%s", separator, words->items[i]);
    }
    return r;
}

/* "10.0.3.0/24, 10.0.4.0/24" for a line of each */
static int append_subnets(struct buffer *text, const struct buffer *lines)
{
    int r = 0;
    for (struct line line = { 0 }; r == 0 && line_next(lines, &line);)
        r = buffer_printf(
            text, "%s%.*s", line.text == lines->data ? "" : ", ", (int) line.length, line.text);
    return r;
}

/* What NO_PROXY has in spite of the failure: of the last run, and of the interfaces. */
static int append_known(
    const struct fall_back *back, const struct strings *kept, struct buffer *text)
{
    bool has_subnets = back->blocks == FROM_INTERFACES;
    if (kept->count > 0 && (append_list(text, kept) < 0 ||
                               buffer_printf(text, " of the last good run on this machine%s",
                                   has_subnets ? ", and " : "") < 0))
        return -ENOMEM;
    if (has_subnets &&
        (buffer_append_text(text, "the subnets of this machine's interfaces (") < 0 ||
            append_subnets(text, &back->subnets) < 0 ||
            buffer_append_text(text, ") instead of the VPC's blocks") < 0))
        return -ENOMEM;
    return 0;
}

static int append_sentence(const struct fall_back *back, const struct strings *kept,
    const struct strings *missing, struct buffer *text)
{
    _cleanup_buffer_ struct buffer known = { 0 };
    if (append_known(back, kept, &known) < 0 ||
        buffer_printf(text, "without the metadata service no_proxy%s%s", known.size ? " has " : "",
            known.size ? known.data : "") < 0)
        return -ENOMEM;
    if (missing->count > 0 && (buffer_printf(text, "%s lacks ", known.size ? ", and" : "") < 0 ||
                                  append_list(text, missing) < 0))
        return -ENOMEM;
    bool is_whole = missing->count == 0 && back->blocks != FROM_INTERFACES;
    return is_whole ? 0
                    : buffer_append_text(
                          text, ": what else must be reached directly belongs in no_proxy.add");
}

static int fall_back_warn(struct fall_back *back, struct error *err)
{
    const struct settings *settings = &back->setup->settings;
    bool vpc = settings->no_proxy_vpc != VPC_OFF;
    const struct {
        bool is_wanted;
        enum origin origin;
        const char *name;
    } parts[] = {
        { vpc, back->blocks, "the VPC's blocks" },
        { vpc, back->region, "the VPC's private DNS names" },
        { settings->no_proxy_services.names.count > 0, worst(back->region, back->domain),
            "the names of no_proxy.services" },
    };
    _cleanup_strings_ struct strings kept = { 0 }, missing = { 0 };
    _cleanup_buffer_ struct buffer text = { 0 };
    int r = 0;
    for (size_t i = 0; r == 0 && i < ELEMENTSOF(parts); i++)
        if (parts[i].is_wanted && (parts[i].origin == KEPT || parts[i].origin == MISSING))
            r = strings_append(parts[i].origin == KEPT ? &kept : &missing, parts[i].name);
    if (r == 0)
        r = append_sentence(back, &kept, &missing, &text);
    if (r == 0)
        r = strings_append(&back->setup->warnings, text.data);
    if (r < 0)
        return error_no_memory(err);
    bool has_subnets = back->blocks == FROM_INTERFACES;
    back->setup->facts_source = has_subnets      ? FACTS_OF_INTERFACES
                                : kept.count > 0 ? FACTS_KEPT
                                                 : FACTS_NONE;
    return 0;
}

int setup_fall_back(struct setup *setup, int asked, const struct error *reason, struct error *err)
{
    _cleanup_fall_back_ struct fall_back back = { .setup = setup };
    if (!is_of_imds(reason) || setup->settings.no_proxy_vpc == VPC_REQUIRED) {
        *err = *reason;
        return asked;
    }
    int r = find_facts(&back, err);
    return r < 0 ? r : fall_back_warn(&back, err);
}

/* SPDX-License-Identifier: MIT */
/* ec2-bootstrap seal: takes back what run wrote, then searches the tree for what an image must not
 * hold. */

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "cli/report.h"
#include "cli/result.h"
#include "commands/commands.h"
#include "lib/log.h"
#include "seal/accepted.h"
#include "seal/known_values.h"
#include "seal/tree.h"
#include "setup/undo.h"

enum { EXIT_LEFT = 1 };

struct seal {
    const struct options *options;
    struct setup setup;
    struct seal_known_values known;
    struct seal_search search;
};

static void seal_free(struct seal *seal)
{
    seal_search_free(&seal->search);
    seal_known_values_free(&seal->known);
    setup_close(&seal->setup);
}

#define _cleanup_seal_ _cleanup_(seal_free)

static int prepare(struct seal *seal, struct error *err)
{
    if (!seal->options->setup.root)
        return error_set(err, EX_USAGE, -EINVAL,
            "seal takes out a machine's own traces: name the tree with --root DIR; with "
            "--root / it is this running machine");
    int r = setup_open(&seal->options->setup, &seal->setup, err);
    if (r < 0)
        return r;
    r = seal_check_tree(&seal->setup.tree, seal->options->setup.root, err);
    if (r < 0)
        return r;
    const struct settings *settings = &seal->setup.settings;
    r = accepted_check(&settings->seal_ignore, err);
    if (r < 0)
        return r;
    seal->known.values.all_keys = seal->options->no_ssh_keys;
    return seal_known_values_read(
        &seal->setup.tree, settings, seal->options->identity, &seal->known, err);
}

/* Looks for traces also where not all could be removed: who reads it wants to know all at once. */
static int seal_tree(struct seal *seal, struct error *err)
{
    struct error search_error = { 0 };
    int r = prepare(seal, err);
    if (r < 0)
        return r;
    const struct tree *tree = &seal->setup.tree;
    bool dry_run = seal->options->dry_run;
    r = setup_undo(tree, UNDO_ALL, dry_run, &seal->setup.results, err);
    seal->search.tree = tree;
    seal->search.planned = dry_run ? &seal->setup.results : NULL;
    seal->search.password_files = &seal->known.password_files;
    int searched =
        seal_search_tree(&seal->search, &seal->known.values, &seal->known.warnings, &search_error);
    accepted_mark(&seal->setup.settings.seal_ignore, &seal->search.findings);
    if (r < 0)
        return r;
    if (searched < 0) {
        *err = search_error;
        return searched;
    }
    if (seal->search.unread < 0)
        return error_set(err, error_file_status(seal->search.unread), seal->search.unread,
            "not everything can be searched: %s", tree_reason(seal->search.unread));
    return 0;
}

static int exit_status(const struct seal *seal, const struct error *err)
{
    return err->status != 0                            ? err->status
           : findings_left(&seal->search.findings) > 0 ? EXIT_LEFT
                                                       : EX_OK;
}

static int seal_append_json(const struct seal *seal, const struct error *err, struct buffer *ret)
{
    const struct tree *tree = &seal->setup.tree;
    _cleanup_json_ struct json *object =
        report_new(exit_status(seal, err), err, seal->options->dry_run);
    bool ok = object && report_add_outputs(object, tree, &seal->setup.results, false) &&
              findings_add_json(object, &seal->search.findings, tree->path ? tree->path : "") &&
              report_add_strings(object, "warnings", &seal->known.warnings) &&
              json_add_number(object, "files", (double) seal->search.files) &&
              json_add_number(object, "bytes", (double) seal->search.bytes);
    return json_print(ok ? object : NULL, ret);
}

static int seal_append_text(const struct seal *seal, const struct error *err, struct buffer *ret)
{
    const struct findings *findings = &seal->search.findings;
    if (findings->count == 0 && err->status != 0)
        return 0;
    int r = findings_append_text(findings, seal->setup.tree.path, ret);
    if (r < 0)
        return r;
    return findings_append_summary(findings, seal->options->dry_run, ret);
}

static int command_seal(const struct options *options)
{
    struct error err = { 0 };
    _cleanup_buffer_ struct buffer text = { 0 };
    _cleanup_seal_ struct seal seal = { .options = options, .setup = { .tree = { .fd = -1 } } };
    int r = seal_tree(&seal, &err);
    log_warnings(&seal.setup.results.leftovers);
    bool logged = report_log_results(&seal.setup.tree, &seal.setup.results, options->dry_run);
    log_warnings(&seal.known.warnings);
    if (seal.search.scan)
        log_info("%" PRIu64 " files (%" PRIu64 " MB) were searched", seal.search.files,
            seal.search.bytes >> 20);
    if (r < 0 && !logged)
        log_error("%s", err.text);
    r = options->json ? seal_append_json(&seal, &err, &text) : seal_append_text(&seal, &err, &text);
    return result_finish(r, &text, exit_status(&seal, &err));
}

const struct command seal_command = {
    .name = "seal",
    .bit = COMMAND_SEAL,
    .summary = "makes a tree ready to become an image",
    .text =
        "Does what remove does, deletes all other files of the agent except its settings, then\n"
        "looks for the proxy's login in every file of the tree of --root (this running machine:\n"
        "--root /), in each form in which programs write it, and for keys, tokens, histories and\n"
        "ids where they get left; and says who clears each. Values are never shown.\n"
        "Exit status 1: something is left.\n",
    .manual = "ec2-bootstrap-seal(8)",
    .run = command_seal,
};

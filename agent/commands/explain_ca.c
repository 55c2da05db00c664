/* SPDX-License-Identifier: MIT */
/* ec2-bootstrap explain --ca: who trusts the company's CA on this machine, and by what. */

#include "cli/ca_view.h"
#include "cli/result.h"
#include "commands/commands.h"
#include "lib/log.h"
#include "lib/memory.h"
#include "outputs/read.h"
#include "proxy/ca_variables.h"

/* Finds which variables of CAs are set on this machine, as `run` has written them. 0, or a negative
 * errno and an error. */
static int find_variables(const struct tree *tree, struct strings *ret, struct error *err)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < ca_variables_count; i++) {
        const char *name = environment_name(ca_variables[i].id);
        _cleanup_mem_ char *value = NULL;
        r = outputs_read_variable(tree, name, &value, err);
        if (r == 0 && value && strings_append(ret, name) < 0)
            r = error_no_memory(err);
    }
    return r;
}

static int look(struct setup *setup, struct trust_machine *ret, struct error *err)
{
    int r = setup_read_ca_file(setup, err);
    if (r == 0)
        r = trust_refresh(
            &setup->tree, &setup->ca_file, true, &setup->trust, &setup->warnings, err);
    if (r < 0)
        return r;
    ret->has_company = setup->ca_file.count > 0 && setup->trust.has_all;
    ret->bundle = setup->trust.store ? setup->trust.store->bundle : NULL;
    return find_variables(&setup->tree, &ret->variables, err);
}

int explain_ca(const struct options *options, struct error *err)
{
    _cleanup_setup_ struct setup setup;
    _cleanup_buffer_ struct buffer text = { 0 };
    _cleanup_trust_machine_ struct trust_machine machine = { 0 };
    int r = setup_open(&options->setup, &setup, err);
    if (r == 0)
        r = look(&setup, &machine, err);
    log_warnings(&setup.warnings);
    if (r < 0)
        return r;
    if (!setup.settings.proxy_ca_file)
        log_warning("no CA is configured: proxy.ca_file names its file");
    r = options->json ? ca_view_append_json(&machine, &text)
                      : ca_view_append_table(&machine, &text);
    if (r < 0)
        return error_no_memory(err);
    r = result_write(&text, err);
    return r < 0 ? r : !machine.has_company || machine.variables.count == 0;
}

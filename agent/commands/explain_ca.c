/* ec2-bootstrap explain --ca: who trusts the company's CA on this machine, and by what. */

#include "cli/ca_view.h"
#include "cli/result.h"
#include "commands/commands.h"
#include "lib/log.h"
#include "lib/memory.h"
#include "outputs/read.h"

/* Whether the variables of CAs are set on this machine, as `run` has written them. 1, 0 or a
 * negative errno and an error. */
static int has_variables(const struct tree *tree, struct error *err)
{
    _cleanup_mem_ char *value = NULL;
    int r = outputs_read_variable(tree, "AWS_CA_BUNDLE", &value, err);
    return r < 0 ? r : value != NULL;
}

static int look(struct setup *setup, struct trust_machine *ret, struct error *err)
{
    int r = setup_read_ca_file(setup, err);
    if (r == 0)
        r = trust_refresh(
            &setup->tree, &setup->ca_file, true, &setup->trust, &setup->warnings, err);
    if (r < 0)
        return r;
    int variables = has_variables(&setup->tree, err);
    if (variables < 0)
        return variables;
    *ret = (struct trust_machine){
        .has_company = setup->ca_file.count > 0 && setup->trust.has_all,
        .has_variables = variables > 0,
        .bundle = setup->trust.store ? setup->trust.store->bundle : NULL,
    };
    return 0;
}

int explain_ca(const struct options *options, struct error *err)
{
    _cleanup_setup_ struct setup setup;
    _cleanup_buffer_ struct buffer text = { 0 };
    struct trust_machine machine = { 0 };
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
    return r < 0 ? r : !machine.has_company || !machine.has_variables;
}

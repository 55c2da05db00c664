/* SPDX-License-Identifier: MIT */
/* A proxy without its exemptions is worse than none: what is private is asked of the proxy. */

#include "outputs/exemptions.h"

#include <errno.h>

#include "lib/array.h"
#include "lib/memory.h"
#include "outputs/plan_internal.h"
#include "outputs/table.h"
#include "proxy/aws_services.h"

/* Appends the services of an output that the list exempts. 0 or -ENOMEM. */
static int list_exempt(
    const struct output_request *request, const struct output *output, struct strings *ret)
{
    const char *list = environment_get(request->environment, VARIABLE_NO_PROXY);
    for (const char *const *service = output->services; list && service && *service; service++) {
        int r = aws_service_is_exempt(*service, list);
        if (r > 0)
            r = strings_append(ret, *service);
        if (r < 0)
            return r;
    }
    return 0;
}

int exemptions_leave_out(const struct output_request *request, const struct output *output)
{
    _cleanup_strings_ struct strings exempt = { 0 };
    if (request->names || output->no_proxy != OUTPUT_KNOWS_NO_NO_PROXY)
        return 0;
    int r = list_exempt(request, output, &exempt);
    return r < 0 ? r : exempt.count > 0;
}

/* Whether the output is named, or its consumer is there. 1, 0, or a negative errno. */
static int exemptions_is_meant(const struct output_request *request, const struct output *output)
{
    if (request->names)
        return strings_contains(request->names, output->name);
    for (const struct output_file *file = output->files; file->path; file++) {
        int r = output_has_consumer(request->tree, file);
        if (r != 0)
            return r;
    }
    return 0;
}

static int warn_unknown(
    const struct output_request *request, const struct output *output, struct strings *warnings)
{
    _cleanup_strings_ struct strings exempt = { 0 };
    if (list_exempt(request, output, &exempt) < 0)
        return -ENOMEM;
    if (exempt.count == 0)
        return 0;
    _cleanup_mem_ char *services = strings_join(&exempt, ", ");
    if (!services)
        return -ENOMEM;
    return request->names
               ? strings_printf(warnings,
                     "output %s: its consumer knows no NO_PROXY and sends to the proxy what "
                     "no_proxy exempts: %s; take it out of \"outputs\": without it %s",
                     output->name, services, output->without)
               : strings_printf(warnings,
                     "output %s is left out: its consumer knows no NO_PROXY and would send to the "
                     "proxy what no_proxy exempts: %s; without it %s; name it in \"outputs\" to "
                     "have it written",
                     output->name, services, output->without);
}

/* The outputs that set the variables where programs are started. With none of them named, nothing
 * sets them. */
static bool sets_variables(const struct strings *names)
{
    static const char *const outputs[] = { "environment", "systemd", "profile" };
    for (size_t i = 0; i < ELEMENTSOF(outputs); i++)
        if (strings_contains(names, outputs[i]))
            return true;
    return false;
}

static int warn_variables(
    const struct output_request *request, const struct output *output, struct strings *warnings)
{
    if (!request->names || sets_variables(request->names) ||
        !environment_get(request->environment, VARIABLE_NO_PROXY))
        return 0;
    return strings_printf(warnings,
        "output %s: its consumer has NO_PROXY from its environment only, and no output sets that: "
        "it sends everything to the proxy; name environment, systemd or profile in \"outputs\", "
        "too",
        output->name);
}

int exemptions_warn(const struct output_request *request, struct strings *warnings)
{
    for (size_t i = 0; i < outputs_count; i++) {
        const struct output *output = outputs_table[i];
        int r = output->no_proxy == OUTPUT_HAS_NO_PROXY ? 0 : exemptions_is_meant(request, output);
        if (r > 0)
            r = output->no_proxy == OUTPUT_KNOWS_NO_NO_PROXY
                    ? warn_unknown(request, output, warnings)
                    : warn_variables(request, output, warnings);
        if (r == -ENOMEM)
            return r;
    }
    return 0;
}

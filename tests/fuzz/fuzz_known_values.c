/* SPDX-License-Identifier: MIT */
/* What seal looks for, out of files that others wrote: each id is one of an instance, and each
 * warning is a line. One of the files is also read as the proxy's password, which then is one line.
 * The input is files: a line with the number of one, and its bytes up to a line "%%". */

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "fuzz.h"
#include "lib/array.h"
#include "memory_tree.h"
#include "seal/known_values.h"

#define PASSWORD_FILE "/etc/ec2-bootstrap/password"

static char root[] = "", password_file[] = PASSWORD_FILE;

static const char *const paths[] = { PASSWORD_FILE, "/run/cloud-init/instance-data.json",
    "/var/lib/cloud/data/instance-id", "/var/lib/cloud/data/previous-instance-id",
    "/etc/ec2-bootstrap/config.json", "/etc/ec2-bootstrap/config.json.d/50.json",
    "/etc/environment" };

static void read_password(const struct tree *tree, const struct settings *settings)
{
    _cleanup_mem_ char *password = NULL;
    struct error err = { 0 };
    int r = settings_read_password(tree, settings, &password, &err);
    FUZZ_CHECK((r == 0) == (password && *password));
    if (r < 0)
        fuzz_check_error(&err);
    for (const char *p = password; p && *p; p++)
        FUZZ_CHECK(!iscntrl((unsigned char) *p));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = fuzz_input_of(data, size);
    const struct tree tree = { .fd = -1, .path = root };
    memory_tree_add_all(input.at, input.left, paths, ELEMENTSOF(paths));
    struct settings settings = settings_default(); /* borrows */
    settings.proxy_password_file = password_file;
    read_password(&tree, &settings);
    settings.proxy_password_file = NULL;

    _cleanup_(seal_known_values_free) struct seal_known_values known = { 0 };
    struct error err = { 0 };
    int r = seal_known_values_read(&tree, &settings, true, &known, &err);
    if (r < 0)
        fuzz_check_error(&err);
    for (size_t i = 0; i < known.values.instances.count; i++)
        FUZZ_CHECK(seal_is_instance_id(known.values.instances.items[i]));
    for (size_t i = 0; i < known.warnings.count; i++)
        FUZZ_CHECK(*known.warnings.items[i] && !strchr(known.warnings.items[i], '\n'));
    settings_free(&settings);
    memory_tree_clear();
    return 0;
}

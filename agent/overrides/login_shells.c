/* SPDX-License-Identifier: MIT */
/* What shells read after /etc/profile.d/ec2-bootstrap.sh, or after PAM has set the variables: the
 * scripts of /etc/profile.d that sort behind ours, the rest of /etc/profile, what interactive
 * shells read, and the files of users. bash(1), zsh(1). */

#include <errno.h>
#include <string.h>

#include "lib/array.h"
#include "overrides/place.h"
#include "overrides/script.h"

#define REMEDY "remove that line, so that the settings of ec2-bootstrap count"

/* Files that a kind of shell reads in this order; all paths are below a home, or none is. */
struct shell_files {
    const char *consumer;
    const char *program;       /* that must be there; NULL: always is */
    bool is_first_only;        /* only the first that is there is read */
    const char *const *system; /* ended by NULL */
    const char *const *user;   /* likewise, below a home */
};

#define FILES(...) ((const char *const[]){ __VA_ARGS__, NULL })

static const struct shell_files shells[] = {
    { "login shells", NULL, true, FILES("/etc/profile", "/usr/etc/profile"),
        FILES(".bash_profile", ".bash_login", ".profile") },
    { "login shells", NULL, true, FILES(NULL), FILES(".profile") },
    { "interactive shells", NULL, false,
        FILES("/etc/bash.bashrc", "/usr/etc/bash.bashrc", "/etc/bashrc", "/etc/mkshrc",
            "/etc/ksh.kshrc"),
        FILES(".bashrc") },
    { "zsh", "/usr/bin/zsh", false,
        FILES("/etc/zsh/zshenv", "/etc/zshenv", "/etc/zsh/zprofile", "/etc/zprofile",
            "/etc/zsh/zshrc", "/etc/zshrc", "/etc/zsh/zlogin", "/etc/zlogin"),
        FILES(".zshenv", ".zprofile", ".zshrc", ".zlogin") },
};

static int shell_read_files(struct script_reader *reader, const char *directory,
    const char *const *files, bool is_first_only)
{
    int r = 0;
    bool more = true;
    for (; r == 0 && more && *files; files++) {
        _cleanup_buffer_ struct buffer path = { 0 };
        r = buffer_printf(&path, "%s%s%s", directory, *directory ? "/" : "", *files);
        int is_there = r == 0 ? place_exists(reader->detection->tree, path.data) : r;
        if (is_there <= 0) {
            r = is_there;
            continue;
        }
        r = script_read(reader, path.data, REACH_ALWAYS);
        more = !is_first_only;
    }
    return r;
}

/* Without /etc/profile somebody else reads the scripts of /etc/profile.d. */
static int shell_read_system(struct script_reader *reader, const struct shell_files *shell)
{
    int is_there = !shell->is_first_only;
    for (const char *const *file = shell->system; is_there == 0 && *file; file++)
        is_there = place_exists(reader->detection->tree, *file);
    if (is_there < 0)
        return is_there;
    return is_there || !*shell->system
               ? shell_read_files(reader, "", shell->system, shell->is_first_only)
               : script_read_directory(
                     reader, "/etc/profile.d", ".sh", SCRIPT_ORDER_SHELL, REACH_ALWAYS);
}

/* Reads the files of one user, or with NULL those of the system, and reports what they leave. */
static int shell_report(
    struct script_reader *reader, const struct shell_files *shell, const char *home)
{
    const struct detection *detection = reader->detection;
    const struct override like = {
        .detector = "login-shells", .consumer = shell->consumer, .remedy = REMEDY
    };
    int r = values_begin(&reader->values, detection->environment);
    reader->home = home;
    /* Files of one user take nothing from those of the next. */
    reader->files = reader->commands = 0;
    reader->work = 0;
    if (r == 0 && home)
        r = values_assign(&reader->values, detection->environment,
            &(struct assignment){
                .name = "HOME", .text = home, .is_known = true, .reach = REACH_ALWAYS });
    if (r == 0)
        r = home ? shell_read_files(reader, home, shell->user, shell->is_first_only)
                 : shell_read_system(reader, shell);
    return r < 0 ? r : values_report(&reader->values, detection, &like);
}

static int shell_detect(
    const struct detection *detection, const struct shell_files *shell, const struct strings *homes)
{
    struct script_reader reader = { .detection = detection };
    int r = shell->program ? place_exists(detection->tree, shell->program) : 1;
    if (r <= 0)
        return r;
    r = shell_report(&reader, shell, NULL);
    for (size_t i = 0; r == 0 && i < homes->count; i++)
        r = shell_report(&reader, shell, homes->items[i]);
    values_free(&reader.values);
    return r;
}

int detect_login_shells(const struct detection *detection)
{
    _cleanup_strings_ struct strings homes = { 0 };
    int r = place_homes(detection->tree, &homes);
    for (size_t i = 0; r == 0 && i < ELEMENTSOF(shells); i++)
        r = shell_detect(detection, &shells[i], &homes);
    return r;
}

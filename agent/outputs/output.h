/* SPDX-License-Identifier: MIT */
#pragma once

/* An output: one consumer of proxy settings, the files that it reads, and how they are written.
 *
 * Adding one is a file that defines NAME_output, and its name in outputs/table.h. */

#include <sys/types.h>

#include "formats/edit.h"
#include "formats/whole_file.h"
#include "lib/error.h"

struct block_format;

/* How long a line of ours may be, in bytes without the newline; 0: any. */
struct output_limits {
    size_t line_max; /* a longer one is refused, */
    const char
        *line_effect; /* as this happens: "… cannot read", in front of "a line of more than N" */
    size_t line_cut;  /* of a longer one is warned, */
    const char *cut_by; /* as these versions cut it */
};

/* Linux-PAM up to 1.3.1 has a buffer of 1024 bytes, from 1.4.0 to 1.5.3 one of 8192; see
 * docs/file-formats.md. */
#define LIMITS_OF_PAM                                                                              \
    {                                                                                              \
        .line_max = 8190, .line_effect = "Linux-PAM 1.4 to 1.5 stops reading at",                  \
        .line_cut = 1023, .cut_by = "Linux-PAM before 1.4 (Amazon Linux 2, RHEL 8)"                \
    }

/* execve(2): one string of the environment has less than MAX_ARG_STRLEN bytes, with its NUL. What
 * stands around a variable in the line is not counted. */
#define LIMITS_OF_EXEC                                                                             \
    {                                                                                              \
        .line_max = 131071, .line_effect = "the kernel starts no program with"                     \
    }

/* Of a unit's lines: LONG_LINE_MAX of systemd is larger than what the kernel takes; systemd 219
 * reads them with fgets(3) into LINE_MAX (2048) bytes, src/shared/conf-parser.c. */
#define LIMITS_OF_UNIT                                                                             \
    {                                                                                              \
        .line_max = 131071, .line_effect = "the kernel starts no program with", .line_cut = 2047,  \
        .cut_by = "systemd 219 (Amazon Linux 2, RHEL 7)"                                           \
    }

/* Bytes of a file of an output, and of its backup: larger ones are neither read nor written, so
 * that what was written can be read back and taken out. */
enum { OUTPUT_FILE_SIZE_MAX = 64 * 1024 * 1024 };

/* One file of a consumer. One of body, block and render says how it is written; with none of them
 * it is only checked. All functions are pure. */
struct output_file {
    const char *path; /* absolute, inside the tree; NULL behind the last file */
    mode_t mode;      /* of a new file */

    /* Paths, ended by NULL; when one exists, the consumer is on this machine. NULL: always. */
    const char *const *consumers;
    bool only_if_there; /* the file is changed, never made */
    bool only_proxy;    /* it has no place for other variables: without a proxy it is not wanted */

    /* The whole file is ours: its lines, behind WHOLE_FILE_HEAD. */
    whole_file_body body;
    /* The file is shared: our lines are a block in it. */
    const struct block_format *block;
    /* The file is edited in a way of its own. 0; -EBADMSG and an error (EX_IOERR) when it is not in
     * the consumer's format; or -ENOMEM. */
    int (*render)(const struct edit *edit, struct error *err);

    /* Reads the content by the consumer's own rules and compares it with the environment, which is
     * not empty. 0; -EBADMSG and an error (EX_IOERR) that says what is read differently; or
     * -ENOMEM. */
    int (*verify)(
        const struct environment *environment, const struct content *content, struct error *err);

    /* Reads one value of the file by the consumer's own rules: 0 and *ret, which the caller frees
     * with mem_free(); -ENOENT when the file does not set it; or -ENOMEM. NULL: others have nothing
     * in it that would be displaced. */
    int (*get)(const struct buffer *file, const char *name, char **ret);
    const char *const *lists;  /* the values that are NO_PROXY lists, ended by NULL */
    const char *const *logins; /* the values that are a proxy's URL or user, ended by NULL */

    /* What is lost where only its owner can read the file: "" where nothing is. With a login in it,
     * a mode that shows it to others is told then. NULL: users have to read it, or it never has a
     * login. */
    const char *private_cost;

    struct output_limits limits;

    /* A program and its arguments, ended by NULL, that checks the syntax of its standard input;
     * asked before the file is written, where it is there. NULL: none. */
    const char *const *checker;

    /* The services that read the file when they start, ended by NULL; NULL: none. */
    const char *const *units;
};

/* A program that must run when a file of the output has changed, such as the one that builds a
 * store from it. It runs with a bare environment, and not in an image: there it runs at the first
 * boot. */
struct output_hook {
    const char *const *command; /* its absolute path and arguments, ended by NULL; NULL: none */
    unsigned int timeout_s;     /* then it is killed */
};

/* Where the consumer has its list of exemptions from. */
enum output_no_proxy {
    OUTPUT_HAS_NO_PROXY,     /* from the output, or from a file that it checks */
    OUTPUT_NEEDS_VARIABLES,  /* from the variables of its environment, which others set */
    OUTPUT_KNOWS_NO_NO_PROXY /* from nowhere: everything goes to the proxy that the output names */
};

struct output {
    const char *name; /* in the settings and in reports */
    struct output_file files[5];
    struct output_hook hook;

    enum output_no_proxy no_proxy;
    /* Of one that knows none: the services that it asks, of proxy/aws_service_table.h, ended by
     * NULL. When one of them is exempt, the output is left out, unless it is named. */
    const char *const *services;
    const char *without; /* of the same: what the consumer does without the output */
};

/* A list of paths or units for the fields above. */
#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* SPDX-License-Identifier: MIT */
#pragma once

/* A PEM file with the CAs of a company. */

#include "trust/certificate.h"

enum {
    CA_FILE_SIZE_MAX = 1024 * 1024,
    CA_FILE_CERTIFICATES_MAX = 256, /* a file with all public CAs has 150 */
};

/* Zero-initialise: {0}. */
struct ca_file {
    struct certificate *items; /* each once, in their order; none that has ended, so perhaps none */
    size_t count;
};

/* Reads a file's bytes at the time `now`, in seconds since 1970. 0; -EBADMSG and an error with
 * EX_CONFIG that names the block by number and subject: it is not what every client will trust, or
 * can read; or -ENOMEM and an error. Appends to `warnings` what some clients refuse. Neither names
 * the file. The caller frees *ret with ca_file_free(), also after a failure. */
int ca_file_parse(const struct buffer *bytes, int64_t now, struct ca_file *ret,
    struct strings *warnings, struct error *err);

void ca_file_free(struct ca_file *file);

#define _cleanup_ca_file_ _cleanup_(ca_file_free)

/* Appends the certificate as a PEM block of its own. 0 or -ENOMEM. */
int ca_file_append(const struct certificate *certificate, struct buffer *ret);

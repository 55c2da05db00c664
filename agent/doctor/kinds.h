/* SPDX-License-Identifier: MIT */
#pragma once

/* What the checks can find: a row each, of which docs/doctor.md is made. */

#include <stddef.h>

enum doctor_severity {
    DOCTOR_ERROR,   /* something does not work */
    DOCTOR_WARNING, /* something will go wrong, or does for some */
    DOCTOR_NOTE,    /* worth knowing, and no fault of this machine: it counts as nothing wrong */
};

/* "error", "warning", "note". */
const char *doctor_severity_name(enum doctor_severity severity);

enum doctor_kind_id {
    IMDS_SWITCHED_OFF,
    IMDS_SWITCHED_OFF_HERE,
    IMDS_UNREACHABLE,
    IMDS_NO_ANSWER,
    IMDS_HOP_LIMIT,
    IMDS_LOCKED,
    IMDS_FOREIGN,
    IMDS_FAULT,
    IMDS_ENDPOINT,
    IMDS_V1_ALLOWED,
    IMDS_NO_ROLE,
    IMDS_NO_CREDENTIALS,
    IMDS_CREDENTIALS_EXPIRED,
    PROXY_NAME_UNKNOWN,
    PROXY_REFUSED,
    PROXY_UNREACHABLE,
    PROXY_CONNECT_TIMEOUT,
    PROXY_SILENT,
    PROXY_RESET,
    PROXY_NO_HTTP,
    PROXY_WANTS_LOGIN,
    PROXY_REFUSES_LOGIN,
    PROXY_WITHOUT_BASIC,
    PROXY_DENIES,
    PROXY_NO_WAY_OUT,
    PROXY_INSPECTS,
    PROXY_CERTIFICATE,
    PROXY_NO_TLS,
    PROXY_TLS,
    SETTINGS_INVALID,
    SETTINGS_ENTRY_LEFT_OUT,
    SETTINGS_PASSWORD_FILE,
    SETTINGS_PASSWORD_READABLE,
    SETTINGS_PASSWORD_IN_IMAGE,
    SETTINGS_NOT_FETCHED,
    OUTPUT_FILE_MISSING,
    OUTPUT_DRIFTED,
    OUTPUT_STALE,
    OUTPUT_FILE_MASKED,
    OUTPUT_OF_OTHERS,
    OUTPUT_UNUSABLE,
    OUTPUT_OVERRIDDEN,
    OUTPUT_DISPLACES,
    OUTPUT_LINE_LONG,
    OUTPUT_LOGIN_SHOWN,
    OUTPUT_WITHOUT_LIST,
    SERVICE_OTHER_VALUES,
    SERVICE_OWN_VALUES,
    SERVICE_STARTED_BEFORE,
    NO_PROXY_METADATA,
    NO_PROXY_NOT_HONOURED,
    VALUE_DOUBTFUL,
    CLIENT_WGET2_CLEAR,
    CLIENT_HTTP_TINY,
    CLIENT_PYTHON_LEAF,
    TRUST_CA_FILE,
    TRUST_CA_ENDED,
    TRUST_CA_LOST,
    TRUST_CA_OLD,
    TRUST_BUNDLE_BROKEN,
    TRUST_NO_STORE,
    TRUST_FILE_MISSING,
    ENDPOINT_PUBLIC,
    ENDPOINT_GATEWAY,
    ENDPOINT_UNKNOWN,
    ENDPOINT_PRIVATE_PROXIED,
    UNIT_NOT_ENABLED,
    UNIT_MASKED,
    UNIT_FAILED,
    UNIT_NOT_RUN,
    UNIT_CYCLE,
    UNIT_CLOUD_INIT,
    CLOCK_SKEW,
    CHECK_TIMEOUT,
    CHECK_FAILED,
    DOCTOR_KINDS
};

/* All static. */
struct doctor_kind {
    const char *id;    /* "proxy-refused": for programs, and the anchor in docs/doctor.md */
    const char *check; /* which finds it; NULL: any */
    enum doctor_severity severity;
    const char *means;  /* one sentence */
    const char *remedy; /* what to do, where the finding has no words of its own */
    const char *more;   /* the rest of its paragraph in docs/doctor.md; "" */
};

extern const struct doctor_kind doctor_kinds[DOCTOR_KINDS];

/* The kind of that id; DOCTOR_KINDS: there is none. */
enum doctor_kind_id doctor_kind_find(const char *id);

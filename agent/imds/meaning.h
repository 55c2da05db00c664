/* SPDX-License-Identifier: MIT */
#pragma once

/* What each answer of the metadata service means for the request that it answers. */

/* What to do next. */
enum imds_action {
    IMDS_VALUE,  /* take the body */
    IMDS_ABSENT, /* there is no such thing on this instance */
    IMDS_AGAIN,  /* ask again, later */
    IMDS_RENEW,  /* ask again with a new token */
    IMDS_STOP,   /* no later answer will be better */
};

struct imds_meaning {
    enum imds_action action;
    int exit_status;    /* of sysexits(3), should this be the last word */
    const char *advice; /* what a person can do about it, or "" */
};

/* The meaning of an HTTP status, 100 to 599. */
struct imds_meaning imds_meaning_of_status(int status);

/* The meaning of a request that got no answer; a negative errno as of imds/http.h. */
struct imds_meaning imds_meaning_of_failure(int result);

/* The meaning of a session token that did not come although the server was reached. */
struct imds_meaning imds_meaning_of_lost_token(void);

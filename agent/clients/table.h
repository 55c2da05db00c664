/* SPDX-License-Identifier: MIT */
#pragma once

/* The model of the HTTP clients: what each makes of a NO_PROXY list. Pure data, a row per family of
 * clients; matcher.c reads it. The rows were measured on real clients (tests/clients), a few were
 * read in their sources. */

#include <stdbool.h>
#include <stddef.h>

/* How the list is split into entries. */
enum client_split {
    SPLIT_COMMA,
    SPLIT_COMMA_SPACE, /* at commas and spaces, but not other blanks */
    SPLIT_COMMA_BLANK, /* at commas, spaces and tabs */
    SPLIT_COMMA_WHITE, /* at commas and all white space */
    SPLIT_COMMA_BAR,   /* at commas and '|' */
    SPLIT_COLON,       /* at commas, white space and colons; digits behind a colon are a port */
};

/* What of the blanks around an entry is dropped. */
enum client_trim {
    TRIM_NONE,
    TRIM_BOTH,
    TRIM_AFTER_COMMA,
    TRIM_AROUND_COMMA, /* but not before the first entry and behind the last */
    TRIM_SPACES,       /* all spaces, also inside an entry */
};

/* What "name" stands for. */
enum client_plain {
    PLAIN_EXACT,  /* that host */
    PLAIN_LABELS, /* that host and all below it */
    PLAIN_TEXT,   /* every host that ends in this text */
};

/* What ".name" stands for. */
enum client_dot {
    DOT_LITERAL,      /* nothing: no host begins with a dot */
    DOT_SUBDOMAINS,   /* the hosts below it */
    DOT_BOTH,         /* that host and all below it */
    DOT_STRIPPED,     /* what "name" stands for; one dot is dropped */
    DOT_STRIPPED_ALL, /* likewise, all dots in front */
    DOT_TEXT,         /* every host that ends in "name", with or without a dot before it */
    DOT_STAR,         /* what "*name" stands for */
};

/* What "*.name", and other entries with a '*', stand for. */
enum client_wild {
    WILD_LITERAL,    /* nothing */
    WILD_SUBDOMAINS, /* "*.name": the hosts below it */
    WILD_BOTH,       /* "*.name": that host and all below it */
    WILD_STRIPPED,   /* "*.name" is "name" */
    WILD_SUFFIX,     /* "*text": every host that ends in the text */
    WILD_DROPPED,    /* "*text" is "text" */
    WILD_EDGES,      /* a '*' in front and at the end stands for any text */
    WILD_GLOB,       /* a '*' anywhere stands for any text */
};

/* What "name:port" stands for. */
enum client_port {
    PORT_LITERAL,    /* nothing: no host has a colon */
    PORT_TEXT,       /* the URL's host and port, where the URL has a port, compared as text */
    PORT_TEXT_GIVEN, /* likewise, with the port as the URL has it, zeros in front included */
    PORT_TEXT_REAL,  /* likewise, where the URL has none with its scheme's */
    PORT_TAIL,       /* digits behind the last colon are a port, also of an IPv6 address */
    PORT_SPLIT,      /* as net.SplitHostPort of Go: an IPv6 address needs brackets; compared with
                      * the URL's as text */
    PORT_ONE_COLON,  /* digits behind the only colon, or behind brackets */
    PORT_IF_GIVEN,   /* behind the only colon; the URL must name that port itself */
    PORT_GIVEN_TAIL, /* as PORT_TAIL; the URL must name that port itself, and not 80 or 443 */
};

/* In which form the client knows the host of a URL that is an IPv6 address. */
enum client_ipv6_host {
    IPV6_BARE,
    IPV6_BRACKETS,
    IPV6_CUT,   /* split at the first colon */
    IPV6_ERROR, /* the client fails, if there is a list */
};

/* What the client makes of a host that is an IPv4 address in another form than four decimal
 * numbers. */
enum client_short_host {
    SHORT_NAME,
    SHORT_ADDRESS,     /* that address */
    SHORT_ADDRESS_DOT, /* likewise with a dot at its end */
    SHORT_BLOCKS,      /* blocks hold it, but no other entry is that address */
};

/* Which hosts are direct without an entry. */
enum client_loopback {
    LOOPBACK_NONE,
    LOOPBACK_GO,    /* "localhost", and all loopback addresses */
    LOOPBACK_JAVA,  /* localhost, 127.*, [::1], 0.0.0.0, [::0] */
    LOOPBACK_RUBY,  /* what resolves to 127.* or ::1 */
    LOOPBACK_AXIOS, /* any loopback host, when any loopback host is in the list */
};

/* Bits: where "*" stands for every host, and what else stands for many. */
enum client_star {
    STAR_ALONE = 1 << 0,   /* as the whole list */
    STAR_ENTRY = 1 << 1,   /* as any entry */
    STAR_NAMES = 1 << 2,   /* likewise, but not for addresses */
    STAR_LOCAL = 1 << 3,   /* "<local>": every name without a dot */
    STAR_PORT = 1 << 4,    /* "*:port", and ".*" */
    STAR_DRESSED = 1 << 5, /* "*.*" and "[*]" */
};

/* What of the dots at the end of an entry and of the host is dropped. */
enum client_trailing_dots { DOTS_KEPT, DOTS_ONE, DOTS_ALL };

/* Whether an entry becomes the pattern of a URL, with a star before the host, and that says what it
 * covers instead of the columns plain, dot, wild and port: entry_url.h. */
enum client_url {
    URL_NOT,
    URL_LENIENT, /* an entry that makes no URL is nothing */
    URL_STRICT,  /* it makes the client fail; a whole URL, an address and "localhost" get no star */
};

enum client_numbers {
    NUMBER_V4 = 1 << 0, /* an IPv4 address is compared as a number */
    NUMBER_V6 = 1 << 1,
    BLOCK_V4 = 1 << 2,
    BLOCK_V6 = 1 << 3,
    ONLY_V4 = 1 << 4, /* IPv4 hosts match no entry as text */
    ONLY_V6 = 1 << 5,
    RANGE_V4 = 1 << 6,           /* "10.0.0.1-10.0.0.9" is a range of addresses */
    NUMBER_MAPPED = 1 << 7,      /* ::ffff:1.2.3.4 is 1.2.3.4 */
    NUMBER_BRACKETS = 1 << 8,    /* an entry may have brackets, but not an IPv4 block */
    NUMBER_BRACKETS_V6 = 1 << 9, /* likewise, around an IPv6 address only */
    NUMBER_DOT = 1 << 10,        /* it may have a dot before it */
    NUMBER_SHORT = 1 << 11,      /* IPv4 also in the short forms of inet_aton(3) */
    NUMBER_INTEGER = 1 << 12,    /* likewise, also as one number without a dot */
    BLOCK_SHORT = 1 << 13,       /* short forms, but only in front of the length of a block */
    BLOCK_LENIENT = 1 << 14,     /* the length may have a sign, and anything behind it */
    BLOCK_SIGN = 1 << 15,        /* it may have blanks and a plus sign in front */
    BLOCK_NO_ZEROS = 1 << 16,    /* it may not begin with a zero */
    BLOCK_NETMASK = 1 << 17,     /* it may be a netmask */
    BLOCK_STRICT = 1 << 18,      /* the bits of the host must be zero */
    BLOCK_0_IS_ONE = 1 << 19,    /* "/0" is taken for a single address */
    BLOCK_NOT_0 = 1 << 20,       /* "/0" is no block */
    BLOCK_NO_PORT = 1 << 21,     /* a block with a port is none */
    BLOCK_INT = 1 << 22,         /* the length is what int() of Python reads */
    BLOCK_FEW_DIGITS = 1 << 23,  /* it has at most two digits, for IPv6 three */
    BLOCK_MAPPED_96 = 1 << 24,   /* ::ffff:1.2.3.4 with less than 96 bits is no block */
};

enum client_defects {
    DEFECT_BLANK_ENDS_LIST = 1 << 0,   /* nothing behind a blank is read */
    DEFECT_LAST_ONLY = 1 << 1,         /* names below ".name", and IPv4 addresses, match in the last
                                          entry only */
    DEFECT_EMPTY_MATCHES_ALL = 1 << 2, /* an empty entry, except those at the end */
    DEFECT_EMPTY_IS_ROOT = 1 << 3,     /* an empty entry matches a host with a dot at its end */
    DEFECT_RESOLVES = 1 << 4,          /* blocks also match the address that a name resolves to */
    DEFECT_PREFIX = 1 << 5,            /* ".name" also matches a host that "name" begins with */
    DEFECT_SHORT_IS_EXACT = 1 << 6,    /* an entry of one or two characters is that very host */
    DEFECT_PORT_0 = 1 << 7,            /* port 0 is a port, which no URL has, and not any port */
    DEFECT_SPLIT_PORT = 1 << 8,   /* digits behind the last colon of the host are dropped, too */
    DEFECT_MAPPED_FAILS = 1 << 9, /* the client fails on a URL with ::ffff:1.2.3.4 */
    DEFECT_FIRST_PART = 1 << 10,  /* the name ends at the first of several colons, and no port
                                   * follows it */
    DEFECT_HOST_LOGIN = 1 << 11,  /* the login in a URL is a part of its host */
    DEFECT_LOGIN_FAILS = 1 << 12, /* the client fails where it goes direct to a URL with a login */
};

/* How the client writes an IPv6 address before it compares it. */
enum client_canonical {
    CANONICAL_NOT,      /* as the URL has it, in lower case */
    CANONICAL_RFC,      /* RFC 5952 */
    CANONICAL_SHORTER,  /* likewise, where that is shorter than what the URL has */
    CANONICAL_MAPPED,   /* RFC 5952, but ::1.2.3.4 in hexadecimal digits */
    CANONICAL_WHATWG,   /* likewise, and ::ffff:1.2.3.4, too */
    CANONICAL_UNMAPPED, /* likewise, but ::ffff:1.2.3.4 is 1.2.3.4 */
};

struct client {
    const char *id;
    const char *name; /* for sentences; NULL: the id will do */
    const char *covers;
    const char *reads; /* which variables, in which order */

    enum client_split split;
    enum client_trim trim;
    int star; /* enum client_star */
    enum client_plain plain;
    enum client_dot dot;
    enum client_wild wild;
    enum client_port port;
    enum client_url url;
    enum client_ipv6_host ipv6_host;
    enum client_short_host short_host;
    enum client_loopback loopback;
    int numbers;          /* enum client_numbers */
    int defects;          /* enum client_defects */
    bool keeps_case;      /* the entry must be in the host's lower case */
    bool host_keeps_case; /* and the host is compared as the URL has it */
    enum client_trailing_dots trailing_dots;
    enum client_canonical canonical; /* of an IPv6 address in the URL */
    const struct client *then;       /* other rules, asked when these find nothing */
};

extern const struct client clients_table[];
extern const size_t clients_count;

/* The row of that name, or NULL. */
const struct client *client_find(const char *id);

/* The known name nearest to an unknown one, or NULL. */
const char *client_suggest(const char *id);

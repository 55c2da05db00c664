/* SPDX-License-Identifier: MIT */
/* People write entries in many forms, and no client understands all of them. Every form that is
 * clear is read here; each kind of entry is written in the forms that reach the most clients. */

#include "proxy/no_proxy_entry.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "lib/array.h"
#include "lib/ascii.h"
#include "lib/buffer.h"
#include "lib/memory.h"
#include "lib/redact.h"
#include "lib/url.h"

static int entry_refuse(const char *text, const char *reason, struct error *err)
{
    char shown[REDACTED_MAX];
    return error_set(
        err, EX_CONFIG, -EINVAL, "no_proxy entry \"%s\": %s", redact_to(text, shown), reason);
}

/* "10.*" and "10.1.*.*": says which block is meant. */
static int refuse_wildcard(const char *text, struct error *err)
{
    unsigned int octets[4] = { 0 }, count = 0;
    const char *p = text;
    for (char *end; count < 3 && isdigit((unsigned char) *p); p = end + 1) {
        unsigned long octet = strtoul(p, &end, 10);
        if (octet > 255 || *end != '.')
            return entry_refuse(
                text, "a '*' is understood only at the front, as in *.example.com", err);
        octets[count++] = (unsigned int) octet;
    }
    if (count == 0 || *p != '*')
        return entry_refuse(
            text, "a '*' is understood only at the front, as in *.example.com", err);
    return error_set(err, EX_CONFIG, -EINVAL,
        "no_proxy entry \"%s\": no client understands it: write %u.%u.%u.%u/%u", text, octets[0],
        octets[1], octets[2], octets[3], count * 8);
}

/* "[v6]", "[v6]:port", "[v6]/bits" to the address's text. Anything else is left as it is. */
static char *without_brackets(const char *text, const char **ret_port)
{
    const char *close = *text == '[' ? strchr(text, ']') : NULL;
    *ret_port = NULL;
    if (!close || !strchr(":/", close[1]) || (close[1] == '/' && strchr(text, '/') < close))
        return mem_strdup(text);
    _cleanup_buffer_ struct buffer plain = { 0 };
    if (close[1] == ':')
        *ret_port = close + 2;
    if (buffer_append(&plain, text + 1, (size_t) (close - text - 1)) < 0 ||
        buffer_append_text(&plain, *ret_port ? "" : close + 1) < 0)
        return NULL;
    return buffer_take(&plain);
}

static int parse_port(const char *text, const char *port, unsigned int *ret, struct error *err)
{
    size_t digits = strspn(port, "0123456789");
    unsigned long value = digits > 0 && digits <= 5 && !port[digits] ? strtoul(port, NULL, 10) : 0;
    if (value < 1 || value > 65535)
        return entry_refuse(text, "the port is not a number from 1 to 65535", err);
    *ret = (unsigned int) value;
    return 0;
}

static int refuse_ipv6(const char *text, struct error *err)
{
    return entry_refuse(text,
        strchr(text, '%') ? "its IPv6 address has a zone: write it without"
                          : "its IPv6 address is not valid",
        err);
}

/* An IPv4 address, also with the dot behind that ends a name. */
static int entry_parse_number(char *host, struct address *ret)
{
    size_t length = strlen(host);
    if (length > 1 && host[length - 1] == '.' && isdigit((unsigned char) host[length - 2]))
        host[length - 1] = '\0';
    return address_parse(host, ret);
}

/* A name or an IPv4 address, either with a port behind it or without, in lower case. */
static int parse_host(const char *text, char *host, struct no_proxy_entry *entry, struct error *err)
{
    char *colon = strchr(host, ':');
    if (colon && strchr(colon + 1, ':'))
        return refuse_ipv6(text, err);
    if (colon) {
        int r = parse_port(text, colon + 1, &entry->port, err);
        if (r < 0)
            return r;
        *colon = '\0';
    }
    entry->kind = NO_PROXY_ADDRESS;
    if (entry_parse_number(host, &entry->address) == 0)
        return 0;

    const char *name = host + (*host == '*');
    entry->kind = *name == '.' ? NO_PROXY_SUBDOMAINS : NO_PROXY_DOMAIN;
    name += *name == '.';
    size_t length = strlen(name);
    if (length > 0 && name[length - 1] == '.')
        length--;
    if (memchr(name, '*', length) || (*host == '*' && entry->kind == NO_PROXY_DOMAIN))
        return refuse_wildcard(text, err);
    if (entry->kind == NO_PROXY_SUBDOMAINS && address_parse(name, &entry->address) == 0)
        return entry_refuse(text, "no name is below an address: write the address alone", err);
    entry->name = mem_strndup(name, length);
    return entry->name ? 0 : error_no_memory(err);
}

static int entry_refuse_name(const char *text, struct error *err)
{
    const char *hint = "write a name such as corp.example, or a block such as 10.0.0.0/8";
    if (strpbrk(text, "$<{"))
        hint = "put the real value in the place of the placeholder";
    else if (isdigit((unsigned char) *text) && strchr(text, '/'))
        hint = "write the mask of a block as a number of bits, as in 10.0.0.0/8";
    else if (isdigit((unsigned char) *text) && strchr(text, '-'))
        hint = "write a range as blocks, as in 10.0.0.0/8";
    _cleanup_buffer_ struct buffer reason = { 0 };
    if (buffer_printf(&reason, "it is neither a DNS name nor an IP address or block: %s", hint) < 0)
        return error_no_memory(err);
    return entry_refuse(text, reason.data, err);
}

/* Lets the URL parser say whether the name can be one. */
static int check_name(const char *text, const char *name, struct error *err)
{
    _cleanup_buffer_ struct buffer full = { 0 };
    _cleanup_url_ struct url url = { 0 };
    const char *reason = NULL;
    if (buffer_printf(&full, "http://%s/", name) < 0)
        return error_no_memory(err);
    int r = url_parse(full.data, &url, &reason);
    if (r == -ENOMEM)
        return error_no_memory(err);
    bool is_name = r == 0 && strcmp(url.host, name) == 0 && name[strlen(name) - 1] != '.' &&
                   strpbrk(name, "abcdefghijklmnopqrstuvwxyz0123456789");
    return is_name ? 0 : entry_refuse_name(text, err);
}

/* "http://host:port/path" as people paste it: the host and port. */
static char *host_of_pasted(const char *text)
{
    const char *host = strstr(text, "://");
    host = host ? host + 3 : text;
    /* A slash is the start of a path, except that of a block. */
    const char *slash = strchr(host, '/');
    bool is_path = slash && (host != text || !isdigit((unsigned char) slash[1]));
    char *copy = mem_strndup(host, is_path ? (size_t) (slash - host) : strlen(host));
    if (copy)
        ascii_lower(copy);
    return copy;
}

/* "http://10.0.0.0/8", of which a URL's reader keeps the address. */
static bool is_block_in_url(const char *text)
{
    const char *host = strstr(text, "://"), *slash = host ? strchr(host + 3, '/') : NULL;
    size_t digits = slash ? strspn(slash + 1, "0123456789") : 0;
    return digits > 0 && strspn(slash + 1 + digits, "/") == strlen(slash + 1 + digits);
}

/* Keeps what the canonical form of an IPv6 address would lose. A URL has no choice but brackets. */
static int keep_form(const char *text, const char *host, struct no_proxy_entry *entry)
{
    char canonical[ADDRESS_TEXT_MAX];
    if (entry->kind != NO_PROXY_ADDRESS || entry->address.family != AF_INET6 ||
        entry->address.is_block || entry->port > 0)
        return 0;
    entry->has_brackets = *text == '[';
    address_format(&entry->address, canonical);
    if (strcmp(host, canonical) == 0)
        return 0;
    entry->spelling = mem_strdup(host);
    return entry->spelling ? 0 : -ENOMEM;
}

/* "/var/run/docker.sock", which AWS tells users of ECS to write, and in the words of Docker. */
static bool is_socket(const char *text)
{
    static const char scheme[] = "unix:/"; /* a host can have the name */
    return *text == '/' || strncasecmp(text, scheme, strlen(scheme)) == 0;
}

/* What is seen at once; NULL: nothing. */
static const char *why_no_host(const char *text)
{
    if (strchr(text, '@'))
        return "it has a login: write the host alone";
    return is_socket(text) ? "a path is no host; only the ECS agent reads one, and its file gets "
                             "/var/run/docker.sock without it"
                           : NULL;
}

/* Reads a host, a block, or a URL that names one. */
static int parse_hosts(const char *text, struct no_proxy_entry *ret, struct error *err)
{
    const char *reason = why_no_host(text);
    if (reason)
        return entry_refuse(text, reason, err);
    _cleanup_mem_ char *pasted = host_of_pasted(text);
    const char *port = NULL;
    _cleanup_mem_ char *host = pasted ? without_brackets(pasted, &port) : NULL;
    if (!host)
        return error_no_memory(err);

    _cleanup_no_proxy_entry_ struct no_proxy_entry entry = { .kind = NO_PROXY_ADDRESS };
    int r = port ? parse_port(text, port, &entry.port, err) : 0;
    if (r < 0)
        return r;
    if (address_parse(host, &entry.address) < 0)
        r = port || *pasted == '[' ? refuse_ipv6(text, err) : parse_host(text, host, &entry, err);
    if (r < 0)
        return r;
    r = entry.name ? check_name(text, entry.name, err) : 0;
    if (r < 0)
        return r;
    if (entry.kind == NO_PROXY_ADDRESS && is_block_in_url(text))
        return entry_refuse(
            text, "a URL holds no block: write the block alone, as in 10.0.0.0/8", err);
    if (keep_form(text, host, &entry) < 0)
        return error_no_memory(err);
    *ret = entry;
    entry = (struct no_proxy_entry){ 0 };
    return 0;
}

int no_proxy_entry_parse(const char *text, struct no_proxy_entry *ret, struct error *err)
{
    _cleanup_no_proxy_entry_ struct no_proxy_entry entry = { .kind = NO_PROXY_EVERYTHING };
    int r = strcmp(text, "*") == 0 ? 0 : parse_hosts(text, &entry, err);
    if (r < 0)
        return r;
    entry.text = mem_strdup(text);
    if (!entry.text)
        return error_no_memory(err);
    *ret = entry;
    entry = (struct no_proxy_entry){ 0 };
    return 0;
}

int no_proxy_entry_of_address(const struct address *address, struct no_proxy_entry *ret)
{
    char text[ADDRESS_TEXT_MAX];
    address_format(address, text);
    char *copy = mem_strdup(text);
    if (!copy)
        return -ENOMEM;
    *ret = (struct no_proxy_entry){ .text = copy, .kind = NO_PROXY_ADDRESS, .address = *address };
    return 0;
}

void no_proxy_entry_free(struct no_proxy_entry *entry)
{
    mem_free(entry->text);
    mem_free(entry->origin);
    mem_free(entry->name);
    mem_free(entry->spelling);
    *entry = (struct no_proxy_entry){ 0 };
}

bool no_proxy_entry_is_host(const struct no_proxy_entry *entry, const char *host)
{
    struct address address;
    if (entry->kind == NO_PROXY_ADDRESS)
        return address_parse(host, &address) == 0 && address_equal(&address, &entry->address);
    size_t length = entry->name ? strlen(entry->name) : 0;
    return length > 0 && strncmp(entry->name, host, length) == 0 &&
           strcmp(host + length, host[length] == '.' ? "." : "") == 0;
}

static int append_form(struct strings *list, const char *before, const char *host,
    const char *after, unsigned int port)
{
    _cleanup_buffer_ struct buffer form = { 0 };
    if (buffer_printf(&form, "%s%s%s", before, host, after) < 0 ||
        (port > 0 && buffer_printf(&form, ":%u", port) < 0))
        return -ENOMEM;
    return strings_add_unique(list, form.data);
}

static int write_address(const struct no_proxy_entry *entry, bool brackets, struct strings *list)
{
    char text[ADDRESS_TEXT_MAX];
    address_format(&entry->address, text);
    bool is_ipv6 = entry->address.family == AF_INET6;
    if (is_ipv6 && entry->port > 0)
        return append_form(list, "[", text, "]", entry->port);
    const char *const hosts[] = { text, entry->spelling };
    bool has_brackets = is_ipv6 && !entry->address.is_block && (brackets || entry->has_brackets);
    int r = 0;
    for (size_t i = 0; r == 0 && i < ELEMENTSOF(hosts) && hosts[i]; i++)
        r = append_form(list, "", hosts[i], "", entry->port);
    for (size_t i = 0; r == 0 && has_brackets && i < ELEMENTSOF(hosts) && hosts[i]; i++)
        r = append_form(list, "[", hosts[i], "]", 0);
    return r;
}

int no_proxy_entry_write(const struct no_proxy_entry *entry, bool brackets, struct strings *list)
{
    if (entry->kind == NO_PROXY_EVERYTHING)
        return strings_add_unique(list, "*");
    if (entry->kind == NO_PROXY_ADDRESS)
        return write_address(entry, brackets, list);
    int r = entry->kind != NO_PROXY_SUBDOMAINS ? append_form(list, "", entry->name, "", entry->port)
                                               : 0;
    bool is_localhost = entry->kind == NO_PROXY_DOMAIN && strcmp(entry->name, "localhost") == 0;
    if (r < 0 || is_localhost || entry->kind == NO_PROXY_HOST)
        return r; /* nothing is below it */
    r = append_form(list, ".", entry->name, "", entry->port);
    return r < 0 ? r : append_form(list, "*.", entry->name, "", entry->port);
}

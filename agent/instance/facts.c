/* SPDX-License-Identifier: MIT */
/* The two batches of questions, and how each answer is read. */

#include "instance/facts.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "instance/answers.h"
#include "lib/address.h"
#include "lib/array.h"
#include "lib/lines.h"
#include "lib/memory.h"

/* https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-metadata.html */
#define ROLE_PATH      "iam/security-credentials/"
#define INFO_PATH      "iam/info"
#define REGION_PATH    "placement/region"
#define DOMAIN_PATH    "services/domain"
#define USER_DATA_PATH "/user-data"
#define MACS_PATH      "network/interfaces/macs/"
#define CIDRS_LEAF     "vpc-ipv4-cidr-blocks"
#define CIDRS6_LEAF    "vpc-ipv6-cidr-blocks" /* absent without any */

enum {
    WORD_MAX = 64,        /* a region or a domain */
    INTERFACES_MAX = 128, /* no instance type has as many */
    LINES_MAX = 256,      /* of an answer that names blocks */
};

static int read_role(const struct buffer *body, void *data, struct error *err)
{
    struct facts *facts = data;
    return credentials_parse_role(body, &facts->role, err);
}

static int read_credentials(const struct buffer *body, void *data, struct error *err)
{
    struct facts *facts = data;
    int r = credentials_parse(body, &facts->credentials, err);
    facts->has_credentials = r == 0;
    return r;
}

static int read_info(const struct buffer *body, void *data, struct error *err)
{
    struct facts *facts = data;
    mem_free(facts->profile_code);
    return credentials_parse_info(body, &facts->profile_code) < 0 ? error_no_memory(err) : 0;
}

static int read_word(const struct buffer *body, bool (*is_valid)(const char *text),
    const char *expected, char **ret, struct error *err)
{
    for (size_t i = 0; i < body->size; i++)
        if (!isalnum((unsigned char) body->data[i]) && body->data[i] != '-' && body->data[i] != '.')
            return error_set(err, EX_DATAERR, -EBADMSG, "the answer is not a single name");
    if (body->size == 0 || body->size > WORD_MAX)
        return error_set(err, EX_DATAERR, -EBADMSG, "the answer is %zu bytes long", body->size);
    if (!is_valid(body->data))
        return error_set(err, EX_DATAERR, -EBADMSG, "the answer is no %s", expected);
    mem_free(*ret);
    *ret = mem_strdup(body->data);
    return *ret ? 0 : error_no_memory(err);
}

int facts_read_region(const struct buffer *body, void *data, struct error *err)
{
    return read_word(body, answer_is_region, "region such as us-east-1", data, err);
}

int facts_read_domain(const struct buffer *body, void *data, struct error *err)
{
    return read_word(body, answer_is_domain, "domain such as amazonaws.com", data, err);
}

/* Calls `take` for each line of a body. */
static int for_each_line(const struct buffer *body, size_t lines_max,
    int (*take)(const struct line *line, void *data), void *data, struct error *err)
{
    size_t lines = 0;
    for (struct line line = { 0 }; line_next(body, &line); lines++) {
        int r = lines < lines_max ? take(&line, data) : -EINVAL;
        if (r == -ENOMEM)
            return error_no_memory(err);
        if (r < 0)
            return error_set(err, EX_DATAERR, -EBADMSG, "line %zu of the answer is %s", lines + 1,
                r == -EDOM ? "no block that a VPC can have" : "not valid");
    }
    return 0;
}

/* "0e:49:61:0f:c3:11", with a slash behind it in a listing. */
static int take_mac(const struct line *line, void *data)
{
    enum { MAC_LENGTH = 17 };
    bool has_slash = line->length == MAC_LENGTH + 1 && line->text[MAC_LENGTH] == '/';
    if (line->length != MAC_LENGTH && !has_slash)
        return -EINVAL;
    for (size_t i = 0; i < MAC_LENGTH; i++)
        if (i % 3 == 2 ? line->text[i] != ':' : !isxdigit((unsigned char) line->text[i]))
            return -EINVAL;
    return strings_append_n(data, line->text, MAC_LENGTH);
}

static int read_macs(const struct buffer *body, void *data, struct error *err)
{
    return for_each_line(body, INTERFACES_MAX, take_mac, data, err);
}

/* A list of blocks in the facts, and what belongs into it. */
struct blocks {
    int family;
    struct address **items;
    size_t *count;
};

static bool has_block(const struct blocks *blocks, const struct address *block)
{
    for (size_t i = 0; i < *blocks->count; i++)
        if (address_equal(&(*blocks->items)[i], block))
            return true;
    return false;
}

static int take_block(const struct line *line, void *data)
{
    const struct blocks *blocks = data;
    char text[ADDRESS_TEXT_MAX];
    struct address block;
    if (line->length >= sizeof(text))
        return -EINVAL;
    memcpy(text, line->text, line->length);
    text[line->length] = '\0';
    if (address_parse(text, &block) < 0 || block.family != blocks->family || !block.is_block)
        return -EINVAL;
    if (!answer_is_vpc_block(&block))
        return -EDOM;
    if (has_block(blocks, &block))
        return 0;
    if (*blocks->count >= FACTS_BLOCKS_MAX)
        return -EDOM;
    struct address *items = mem_grow(*blocks->items, *blocks->count + 1, sizeof(*items));
    if (!items)
        return -ENOMEM;
    *blocks->items = items;
    items[(*blocks->count)++] = block;
    return 0;
}

static int read_blocks(const struct buffer *body, void *data, struct error *err)
{
    return for_each_line(body, LINES_MAX, take_block, data, err);
}

int facts_read_blocks(const struct buffer *body, void *data, struct error *err)
{
    struct facts *facts = data;
    struct blocks blocks = { AF_INET, &facts->vpc_blocks, &facts->vpc_block_count };
    return read_blocks(body, &blocks, err);
}

int facts_read_ipv6_blocks(const struct buffer *body, void *data, struct error *err)
{
    struct facts *facts = data;
    struct blocks blocks = { AF_INET6, &facts->vpc_ipv6_blocks, &facts->vpc_ipv6_block_count };
    return read_blocks(body, &blocks, err);
}

static int note_requests(
    struct facts *facts, const struct imds_query queries[], size_t count, struct error *err)
{
    struct imds_request_stats *requests =
        mem_grow(facts->requests, facts->request_count + count, sizeof(*requests));
    if (!requests)
        return error_no_memory(err);
    facts->requests = requests;
    for (size_t i = 0; i < count; i++) {
        char *path = mem_strdup(queries[i].path);
        if (!path)
            return error_no_memory(err);
        requests[facts->request_count++] =
            (struct imds_request_stats){ path, queries[i].attempts, queries[i].took_ms };
    }
    return 0;
}

static int facts_ask(struct imds_client *client, struct facts *facts, struct imds_query queries[],
    size_t count, struct error *err)
{
    if (count == 0)
        return 0;
    int r = imds_client_ask(client, queries, count, err);
    int noted = note_requests(facts, queries, count, r < 0 ? NULL : err);
    return r < 0 ? r : noted;
}

static struct imds_query role_query(struct facts *facts, bool optional)
{
    return (struct imds_query){ .path = ROLE_PATH,
        .read = read_role,
        .data = facts,
        .wait_for = "the instance has no role (yet): attach an instance profile",
        .optional = optional };
}

static struct imds_query credentials_query(const char *path, struct facts *facts, bool optional)
{
    return (struct imds_query){ .path = path,
        .read = read_credentials,
        .data = facts,
        .wait_for =
            "the role has no credentials (yet): check its trust policy and its instance profile",
        .optional = optional };
}

/* What is no NodeConfig is for others. */
static int read_user_data(const struct buffer *body, void *data, struct error *err)
{
    struct facts *facts = data;
    node_config_free(&facts->node_config);
    int r = node_config_read(body, &facts->node_config, &facts->node_config_problem);
    return r < 0 ? error_no_memory(err) : 0;
}

/* The second round trip. */
static int fetch_facts(struct imds_client *client, const struct facts_want *want,
    struct facts *facts, struct strings *macs, struct error *err)
{
    const struct {
        bool wanted;
        struct imds_query query;
    } all[] = {
        { want->credentials, role_query(facts, true) },
        { want->region,
            { .path = REGION_PATH, .read = facts_read_region, .data = &facts->region } },
        { want->domain,
            { .path = DOMAIN_PATH, .read = facts_read_domain, .data = &facts->domain } },
        { want->vpc_blocks, { .path = MACS_PATH, .read = read_macs, .data = macs } },
        { want->node_config,
            { .path = USER_DATA_PATH, .read = read_user_data, .data = facts, .optional = true } },
    };
    struct imds_query queries[ELEMENTSOF(all)];
    size_t count = 0;
    for (size_t i = 0; i < ELEMENTSOF(all); i++)
        if (all[i].wanted)
            queries[count++] = all[i].query;
    int r = facts_ask(client, facts, queries, count, err);
    for (size_t i = 0; i < count; i++)
        if (queries[i].read == read_user_data && queries[i].state != IMDS_HAS_VALUE &&
            queries[i].state != IMDS_IS_ABSENT)
            facts->node_config_problem = "user-data cannot be read";
    return r;
}

/* Where the blocks of the VPC stand, and what the facts get. */
struct block_source {
    const char *leaf; /* below the interface */
    bool optional;
    struct blocks blocks;
};

enum { BLOCK_SOURCES = 2 };

/* Appends the questions for one source, one for each interface. */
static int add_block_queries(struct block_source *source, const struct strings *macs,
    struct strings *paths, struct imds_query queries[])
{
    for (size_t i = 0; i < macs->count; i++) {
        if (strings_printf(paths, MACS_PATH "%s/%s", macs->items[i], source->leaf) < 0)
            return -ENOMEM;
        queries[i] = (struct imds_query){ .path = paths->items[paths->count - 1],
            .read = read_blocks,
            .data = &source->blocks,
            .optional = source->optional };
    }
    return 0;
}

/* Keeps why the first of the optional questions has no answer that can be used. That one is still
 * pending is not worth a word: a later run asks again. */
static int note_failure(
    const struct imds_query queries[], size_t count, char **ret_failure, struct error *err)
{
    for (size_t i = 0; i < count && !*ret_failure; i++)
        if (queries[i].state == IMDS_HAS_FAILED) {
            *ret_failure = mem_strdup(queries[i].last.text);
            if (!*ret_failure)
                return error_no_memory(err);
        }
    return 0;
}

/* The third round trip: what needed an answer of the second. */
static int fetch_details(struct imds_client *client, const struct facts_want *want,
    const struct strings *macs, struct facts *facts, struct error *err)
{
    struct block_source sources[BLOCK_SOURCES] = {
        { CIDRS_LEAF, false, { AF_INET, &facts->vpc_blocks, &facts->vpc_block_count } },
        { CIDRS6_LEAF, !want->vpc_ipv6_required,
            { AF_INET6, &facts->vpc_ipv6_blocks, &facts->vpc_ipv6_block_count } },
    };
    _cleanup_strings_ struct strings paths = { 0 };
    _cleanup_mem_ struct imds_query *queries =
        mem_calloc(1 + BLOCK_SOURCES * macs->count, sizeof(*queries));
    if (!queries)
        return error_no_memory(err);
    size_t count = 0;
    if (facts->role) {
        if (strings_printf(&paths, ROLE_PATH "%s", facts->role) < 0)
            return error_no_memory(err);
        queries[count++] = credentials_query(paths.items[0], facts, true);
    }
    for (size_t i = 0; i < BLOCK_SOURCES; i++, count += macs->count)
        if (add_block_queries(&sources[i], macs, &paths, queries + count) < 0)
            return error_no_memory(err);
    int r = facts_ask(client, facts, queries, count, err);
    return r < 0 ? r
                 : note_failure(
                       queries + count - macs->count, macs->count, &facts->vpc_ipv6_failure, err);
}

int facts_fetch(struct imds_client *client, const struct facts_want *want, struct facts *facts,
    struct error *err)
{
    _cleanup_strings_ struct strings macs = { 0 };
    int r = fetch_facts(client, want, facts, &macs, err);
    return r < 0 ? r : fetch_details(client, want, &macs, facts, err);
}

/* Waits for one answer about the role; meanwhile the instance profile may tell why there is none.
 */
static int wait_for(
    struct imds_client *client, struct facts *facts, struct imds_query awaited, struct error *err)
{
    struct imds_query queries[] = { awaited,
        { .path = INFO_PATH, .read = read_info, .data = facts, .optional = true } };
    int r = facts_ask(client, facts, queries, ELEMENTSOF(queries), err);
    if (r < 0 && facts->profile_code)
        error_append(err, " (" INFO_PATH " says \"%s\")", facts->profile_code);
    return r;
}

int facts_wait_credentials(struct imds_client *client, struct facts *facts, struct error *err)
{
    if (!facts->role) {
        int r = wait_for(client, facts, role_query(facts, false), err);
        if (r < 0)
            return r;
    }
    _cleanup_buffer_ struct buffer path = { 0 };
    if (buffer_printf(&path, ROLE_PATH "%s", facts->role) < 0)
        return error_no_memory(err);
    return wait_for(client, facts, credentials_query(path.data, facts, false), err);
}

int facts_check_expiry(const struct facts *facts, time_t now, struct strings *warnings)
{
    if (!credentials_have_expired(&facts->credentials, now))
        return 0;
    return strings_printf(warnings,
        "the credentials of role %s expired at %s: the metadata service serves old ones during an "
        "outage: they are renewed when it ends",
        facts->role, facts->credentials.expiration);
}

void facts_free(struct facts *facts)
{
    for (size_t i = 0; i < facts->request_count; i++)
        mem_free(facts->requests[i].path);
    mem_free(facts->requests);
    mem_free(facts->region);
    mem_free(facts->domain);
    node_config_free(&facts->node_config);
    mem_free(facts->role);
    mem_free(facts->profile_code);
    mem_free(facts->vpc_blocks);
    mem_free(facts->vpc_ipv6_blocks);
    mem_free(facts->vpc_ipv6_failure);
    credentials_free(&facts->credentials);
    *facts = (struct facts){ 0 };
}

/* SPDX-License-Identifier: MIT */
/* What the answers of the metadata service mean, each by its own reader: role, credentials,
 * profile, a word, blocks. The first digit says which. No error shows what can be a secret. */

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "fuzz.h"
#include "instance/facts.h"
#include "lib/array.h"

static bool is_plain(const char *text)
{
    bool plain = text && *text;
    for (; plain && *text; text++)
        plain = (unsigned char) *text > ' ' && (unsigned char) *text < 0x7f;
    return plain;
}

static int read_role(const struct buffer *body, struct error *err)
{
    _cleanup_mem_ char *role = NULL;
    int r = credentials_parse_role(body, &role, err);
    FUZZ_CHECK((r == 0) == (role != NULL));
    if (role)
        FUZZ_CHECK(is_plain(role) && strlen(role) <= 64 && !strpbrk(role, "/?#%\"'\\$`") &&
                   strcmp(role, "..") != 0);
    return r;
}

static int read_credentials(const struct buffer *body, struct error *err)
{
    _cleanup_credentials_ struct credentials credentials = { 0 };
    int r = credentials_parse(body, &credentials, err);
    if (r < 0)
        return r;
    FUZZ_CHECK(is_plain(credentials.access_key_id) && is_plain(credentials.secret_access_key));
    FUZZ_CHECK(is_plain(credentials.session_token) && is_plain(credentials.expiration));
    FUZZ_CHECK(credentials_have_expired(&credentials, credentials.expires) ||
               !credentials_have_expired(&credentials, credentials.expires - 1));
    return 0;
}

static int read_info(const struct buffer *body, struct error *err)
{
    _cleanup_mem_ char *code = NULL;
    (void) err;
    FUZZ_CHECK(credentials_parse_info(body, &code) == 0);
    for (const char *p = code; p && *p; p++)
        FUZZ_CHECK(!iscntrl((unsigned char) *p));
    return 0;
}

static int check_word(int r, const char *word)
{
    FUZZ_CHECK((r == 0) == (word != NULL));
    FUZZ_CHECK(!word || (is_plain(word) && strlen(word) <= 64 && !strpbrk(word, "/,*:@%\"'\\$ ")));
    return r;
}

static int read_region(const struct buffer *body, struct error *err)
{
    _cleanup_mem_ char *word = NULL;
    int r = facts_read_region(body, &word, err);
    return check_word(r, word);
}

static int read_domain(const struct buffer *body, struct error *err)
{
    _cleanup_mem_ char *word = NULL;
    int r = facts_read_domain(body, &word, err);
    return check_word(r, word);
}

static int read_blocks(const struct buffer *body, struct error *err)
{
    _cleanup_facts_ struct facts facts = { 0 };
    int r = facts_read_blocks(body, &facts, err);
    for (size_t i = 0; i < facts.vpc_block_count; i++)
        for (size_t j = 0; j < i; j++)
            FUZZ_CHECK(!address_equal(&facts.vpc_blocks[i], &facts.vpc_blocks[j]));
    return r;
}

static int read_ipv6_blocks(const struct buffer *body, struct error *err)
{
    _cleanup_facts_ struct facts facts = { 0 };
    int r = facts_read_ipv6_blocks(body, &facts, err);
    for (size_t i = 0; i < facts.vpc_ipv6_block_count; i++)
        FUZZ_CHECK(facts.vpc_ipv6_blocks[i].prefix <= 128);
    return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int (*const readers[])(const struct buffer *body, struct error *err) = { read_role,
        read_credentials, read_info, read_region, read_blocks, read_ipv6_blocks, read_domain };
    struct fuzz_input input = fuzz_input_of(data, size);
    size_t reader = fuzz_choice(&input, ELEMENTSOF(readers));
    _cleanup_buffer_ struct buffer body = fuzz_rest(&input);
    struct error err = { 0 };
    int r = readers[reader](&body, &err);
    FUZZ_CHECK(r == 0 || r == -EAGAIN || r == -EBADMSG);
    if (r < 0) {
        fuzz_check_error(&err);
        FUZZ_CHECK(err.status == EX_TEMPFAIL || err.status == EX_DATAERR);
    }
    return 0;
}

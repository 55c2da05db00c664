/* SPDX-License-Identifier: MIT */
/* agent/lib/memory.c: no byte of what was stored is left in memory that is given back. */

#include <errno.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "lib/buffer.h"
#include "lib/strings.h"
#include "lib/url.h"

static void observed_free(void *pointer);
static void *observed_malloc(size_t size);

/* The module is built in here once more, on an allocator that looks at what is given back. All the
 * rest of the agent that this program links then uses this copy. */
#define free   observed_free
#define malloc observed_malloc
/* NOLINTNEXTLINE(bugprone-suspicious-include) */
#include "lib/memory.c"
#undef free
#undef malloc

static const char secret[] = "kennwort-7f3a";

static struct {
    size_t freed;  /* blocks given back */
    size_t leaked; /* of these, blocks with the secret still in them */
    bool fail;     /* memory is short */
} memory;

static void observed_free(void *pointer)
{
    struct block *block = pointer;
    memory.freed++;
    memory.leaked += memmem(block->bytes, block->size, secret, sizeof(secret) - 1) != NULL;
    for (size_t i = 0; i < block->size; i++)
        memory.leaked += ((const char *) block->bytes)[i] != 0;
    free(pointer);
}

/* Through a pointer: an analyzer that knows malloc(3) would ask for free(3), not mem_free(). */
static void *(*volatile real_malloc)(size_t) = malloc;

static void *observed_malloc(size_t size)
{
    return memory.fail ? NULL : real_malloc(size);
}

static int forget(void **state)
{
    (void) state;
    memset(&memory, 0, sizeof(memory));
    return 0;
}

static void check_wiped(const char *row, size_t freed_at_least)
{
    check_that(row, memory.freed >= freed_at_least);
    check_number(row, memory.leaked, 0);
}

static void test_mem_free(void **state)
{
    (void) state;
    static const size_t sizes[] = { 0, 1, 15, 16, 17, 4096, 100000 };
    for (size_t i = 0; i < ELEMENTSOF(sizes); i++) {
        char *block = mem_alloc(sizes[i]);
        check_that("block", block != NULL);
        check_number("aligned for any type", (uintptr_t) block % _Alignof(max_align_t), 0);
        memset(block, 'x', sizes[i]);
        mem_free(block);
    }
    check_wiped("each size", ELEMENTSOF(sizes));
    mem_free(NULL);
    check_number("NULL is no block", memory.freed, ELEMENTSOF(sizes));
}

static void test_mem_calloc(void **state)
{
    (void) state;
    static const char zeros[300];
    char *block = mem_calloc(100, 3);
    check_bytes("zeroed", block, 300, zeros, sizeof(zeros));
    memset(block, 'x', 300);
    mem_free(block);
    check_wiped("calloc", 1);

    errno = 0;
    check_that("overflow", !mem_calloc(SIZE_MAX / 2, 3));
    check_number("overflow's errno", errno, ENOMEM);
    errno = 0;
    check_that("no room for the size", !mem_alloc(SIZE_MAX));
    check_number("its errno", errno, ENOMEM);
}

static void test_mem_realloc(void **state)
{
    (void) state;
    char *block = mem_realloc(NULL, sizeof(secret));
    memcpy(block, secret, sizeof(secret));
    block = mem_realloc(block, 5000);
    check_text("kept when it grows", block, secret);
    check_wiped("the old place", 1);
    block = mem_realloc(block, 8);
    check_bytes("kept when it shrinks", block, 8, secret, 8);
    check_wiped("the old place again", 2);

    memory.fail = true;
    check_that("memory is short", !mem_realloc(block, 100));
    memory.fail = false;
    check_bytes("the old block stays", block, 8, secret, 8);
    check_number("and is not given back", memory.freed, 2);
    mem_free(block);
    check_wiped("the end", 3);
}

static void test_mem_grow(void **state)
{
    (void) state;
    size_t moved = 0;
    uint16_t *list = NULL;
    for (size_t i = 0; i < 1000; i++) {
        uint16_t *larger = mem_grow(list, i + 1, sizeof(*list));
        moved += larger != list;
        list = larger;
        list[i] = (uint16_t) i;
    }
    check_number("twice the room each time", moved, 11);
    for (size_t i = 0; i < 1000; i++)
        check_number("kept", list[i], i);

    memory.fail = true;
    check_that("there is room, and no more is asked for", mem_grow(list, 1024, 2) == list);
    check_that("memory is short", !mem_grow(list, 1025, 2));
    memory.fail = false;
    check_number("and the list is not given back", memory.freed, 10);
    errno = 0;
    check_that("overflow", !mem_grow(list, SIZE_MAX / 2, 3));
    check_number("overflow's errno", errno, ENOMEM);
    mem_free(list);
}

static void test_mem_strdup(void **state)
{
    (void) state;
    char *whole = mem_strdup(secret), *part = mem_strndup(secret, 8);
    char *none = mem_strndup(secret, 0);
    check_text("strdup", whole, secret);
    check_text("strndup", part, "kennwort");
    check_text("strndup of nothing", none, "");
    memory.fail = true;
    check_that("memory is short", !mem_strdup(secret) && !mem_strndup(secret, 3));
    memory.fail = false;
    mem_free(whole);
    mem_free(part);
    mem_free(none);
    check_wiped("copies", 3);
}

static void test_scope(void **state)
{
    (void) state;
    {
        _cleanup_mem_ char *copy = mem_strdup(secret);
        check_text("copy", copy, secret);
        _cleanup_mem_ char *nothing = NULL;
        (void) nothing;
    }
    check_wiped("the end of the scope", 1);
}

static void test_buffer_and_strings(void **state)
{
    (void) state;
    struct buffer buffer = { 0 };
    for (int i = 0; i < 1000; i++)
        check_number("printf", buffer_printf(&buffer, "%s,", secret), 0);
    buffer_free(&buffer);
    check_wiped("a buffer that grew", 5);

    struct strings list = { 0 };
    for (int i = 0; i < 20; i++)
        check_number("printf", strings_printf(&list, "%s%d", secret, i), 0);
    mem_free(strings_join(&list, ","));
    strings_free(&list);
    check_wiped("a list", 32);
}

static void test_json(void **state)
{
    (void) state;
    static const char text[] = "{\"SecretAccessKey\": \"kennwort-7f3a\", \"kennwort-7f3a\": 1}";
    struct json *document = NULL;
    struct error err;
    check_number("parse", json_parse(text, strlen(text), &document, &err), 0);
    struct buffer printed = { 0 };
    check_number("print", json_print(document, &printed), 0);
    buffer_free(&printed);
    json_free(document);
    check_wiped("a document", 6);

    size_t freed = memory.freed;
    static const char broken[] = "{\"SecretAccessKey\": \"kennwort-7f3a\", ";
    check_that("broken", json_parse(broken, strlen(broken), &document, &err) < 0);
    check_wiped("a broken document", freed + 3);
}

static void test_url(void **state)
{
    (void) state;
    struct url url = { 0 };
    const char *reason = NULL;
    check_number("parse", url_parse("http://svc:kennwort-7f3a@proxy:1/", &url, &reason), 0);
    url_free(&url);
    check_wiped("a URL", 6);
    check_that("broken", url_parse("http://svc:kennwort-7f3a@pro xy", &url, &reason) < 0);
    check_that("broken", url_parse("http://svc:kennwort-7f3a@proxy:x", &url, &reason) < 0);
    check_that("broken", url_parse("http://svc:kennwort-7f3a@-..:1", &url, &reason) < 0);
    check_wiped("URLs that are refused", 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_mem_free, forget),
        cmocka_unit_test_setup(test_mem_calloc, forget),
        cmocka_unit_test_setup(test_mem_realloc, forget),
        cmocka_unit_test_setup(test_mem_grow, forget),
        cmocka_unit_test_setup(test_mem_strdup, forget),
        cmocka_unit_test_setup(test_scope, forget),
        cmocka_unit_test_setup(test_buffer_and_strings, forget),
        cmocka_unit_test_setup(test_json, forget),
        cmocka_unit_test_setup(test_url, forget),
    };
    return cmocka_run_group_tests(tests, check_start, NULL);
}

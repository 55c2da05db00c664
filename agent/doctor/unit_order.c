/* SPDX-License-Identifier: MIT */
/* Only orders that files spell out between services are seen; those that systemd adds for targets
 * make no cycle by themselves. */

#include "doctor/unit_order.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "lib/hash_index.h"
#include "lib/memory.h"
#include "overrides/place.h"
#include "overrides/unit_file.h"
#include "overrides/unit_paths.h"

enum { ORDERS_MAX = 20000 };

/* "first" is to start before "second". */
struct order {
    size_t first, second;
};

/* Zero-initialise: {0}. */
struct orders {
    struct strings units;
    struct hash_index numbers; /* of the units */
    struct order *items;
    size_t count;
    size_t unit; /* whose file is read */
};

static void orders_free(struct orders *orders)
{
    strings_free(&orders->units);
    hash_index_free(&orders->numbers);
    mem_free(orders->items);
}

/* The number of a unit, which is added where it is new; or a negative errno. */
static ssize_t number_of(struct orders *orders, const char *unit)
{
    const uint64_t hash = hash_bytes(unit, strlen(unit));
    for (size_t slot = HASH_BEGIN, i; hash_index_next(&orders->numbers, hash, &slot, &i);)
        if (i < orders->units.count && strcmp(orders->units.items[i], unit) == 0)
            return (ssize_t) i;
    int r = strings_append(&orders->units, unit);
    if (r == 0)
        r = hash_index_add(&orders->numbers, hash, orders->units.count - 1);
    return r < 0 ? r : (ssize_t) orders->units.count - 1;
}

static int orders_add(struct orders *orders, size_t first, size_t second)
{
    if (orders->count == ORDERS_MAX)
        return 0;
    struct order *items = mem_grow(orders->items, orders->count + 1, sizeof(*items));
    if (!items)
        return -ENOMEM;
    orders->items = items;
    items[orders->count++] = (struct order){ first, second };
    return 0;
}

static int order_visit(const struct unit_setting *setting, void *data)
{
    struct orders *orders = data;
    bool is_before = strcmp(setting->key, "Before") == 0;
    if (!is_before && strcmp(setting->key, "After") != 0)
        return 0;
    int r = 1;
    for (const char *rest = setting->value; r > 0;) {
        _cleanup_buffer_ struct buffer word = { 0 };
        r = unit_next_word(&rest, &word);
        ssize_t other = r > 0 ? number_of(orders, word.data) : 0;
        if (other < 0)
            return -ENOMEM;
        size_t number = (size_t) other;
        if (r > 0 && orders_add(orders, is_before ? orders->unit : number,
                         is_before ? number : orders->unit) < 0)
            return -ENOMEM;
    }
    return r;
}

static int orders_read_unit(
    const struct tree *tree, const struct unit_paths *paths, size_t unit, struct orders *orders)
{
    _cleanup_strings_ struct strings files = { 0 };
    int r = unit_paths_of(paths, paths->units.items[unit], &files);
    ssize_t number = r > 0 ? number_of(orders, paths->units.items[unit]) : 0;
    if (r <= 0 || number < 0)
        return r < 0 || number < 0 ? -ENOMEM : 0;
    orders->unit = (size_t) number;
    for (size_t i = 0; r >= 0 && i < files.count; i++) {
        _cleanup_buffer_ struct buffer bytes = { 0 };
        r = place_read(tree, files.items[i], &bytes);
        if (r > 0)
            r = unit_file_read(&bytes, "[Unit]", order_visit, orders);
    }
    return r == -ENOMEM ? r : 0;
}

static int orders_read(const struct tree *tree, struct orders *ret)
{
    _cleanup_unit_paths_ struct unit_paths paths = { 0 };
    int r = unit_paths_find(tree, &paths);
    for (size_t i = 0; r == 0 && i < paths.units.count; i++)
        if (i == 0 || strcmp(paths.units.items[i], paths.units.items[i - 1]) != 0)
            r = orders_read_unit(tree, &paths, i, ret);
    return r == -ENOMEM ? r : 0;
}

/* Marks what is to start after a unit, and by which one; the way back is then known. */
static void orders_mark(const struct orders *orders, size_t from, size_t by[])
{
    bool has_new = true;
    while (has_new) {
        has_new = false;
        for (size_t i = 0; i < orders->count; i++) {
            const struct order *order = &orders->items[i];
            bool is_reached = order->first == from || by[order->first] != SIZE_MAX;
            if (!is_reached || by[order->second] != SIZE_MAX)
                continue;
            by[order->second] = order->first;
            has_new = true;
        }
    }
}

/* From the unit against the arrows, until it comes again. */
static int orders_tell(
    const struct orders *orders, size_t from, const size_t by[], struct strings *ret_way)
{
    int r = strings_append(ret_way, orders->units.items[from]);
    size_t at = from;
    for (size_t steps = 0; r == 0 && steps < orders->units.count; steps++) {
        at = by[at];
        r = strings_append(ret_way, orders->units.items[at]);
        if (at == from)
            break;
    }
    return r < 0 ? r : 1;
}

int unit_order_find_cycle(const struct tree *tree, const char *unit, struct strings *ret_way)
{
    _cleanup_(orders_free) struct orders orders = { 0 };
    int r = orders_read(tree, &orders);
    ssize_t from = r == 0 ? number_of(&orders, unit) : -ENOMEM;
    if (from < 0)
        return -ENOMEM;
    _cleanup_mem_ size_t *by = mem_calloc(orders.units.count, sizeof(*by));
    if (!by)
        return -ENOMEM;
    for (size_t i = 0; i < orders.units.count; i++)
        by[i] = SIZE_MAX;
    orders_mark(&orders, (size_t) from, by);
    return by[from] == SIZE_MAX ? 0 : orders_tell(&orders, (size_t) from, by, ret_way);
}

/* SPDX-License-Identifier: MIT */
/* Which rule acts on which request: counts, time windows, chance. */

#include <string.h>
#include <sysexits.h>

#include "json_file.h"
#include "lib/cleanup.h"
#include "rule.h"
#include "scenario.h"
#include "tree.h"

const struct rule rule_none = { .times = RULE_UNSET,
    .for_ns = RULE_UNSET,
    .percent = 100,
    .status = RULE_UNSET,
    .content_length = RULE_UNSET,
    .stop_after_bytes = RULE_UNSET };

static int read_rules(const cJSON *array, struct scenario *scenario)
{
    scenario->rules = calloc((size_t) cJSON_GetArraySize(array) + 1, sizeof(struct rule));
    if (!scenario->rules)
        return EX_OSERR;
    const cJSON *json;
    cJSON_ArrayForEach(json, array)
    {
        if (!cJSON_IsObject(json)) {
            (void) fprintf(stderr, "imds-sim: rule %zu is not an object\n", scenario->count + 1);
            return EX_DATAERR;
        }
        int r = rule_read(json, &scenario->rules[scenario->count++]);
        if (r != 0)
            return r;
    }
    return 0;
}

int scenario_load(const char *path, uint64_t seed, struct scenario *ret)
{
    /* The generator below stays at zero for ever once it is there. */
    _cleanup_(scenario_clear) struct scenario scenario = { .random = seed != 0 ? seed : 1 };
    if (path) {
        int r = json_file_read(path, &scenario.document);
        if (r != 0)
            return r;
        const cJSON *array = cJSON_GetObjectItemCaseSensitive(scenario.document, "rules");
        if (!cJSON_IsArray(array) || cJSON_GetArraySize(scenario.document) != 1) {
            (void) fprintf(stderr, "imds-sim: %s: not {\"rules\":[...]}\n", path);
            return EX_DATAERR;
        }
        r = read_rules(array, &scenario);
        if (r != 0)
            return r;
    }
    *ret = scenario;
    scenario = (struct scenario){ 0 };
    return 0;
}

void scenario_clear(struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->count; i++)
        bytes_clear(&scenario->rules[i].body);
    free(scenario->rules);
    cJSON_Delete(scenario->document);
    *scenario = (struct scenario){ 0 };
}

/* The same on every machine, unlike rand(): splitmix64, Steele, Lea and Flood 2014. */
static double random_percent(struct scenario *scenario)
{
    scenario->random += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t mixed = scenario->random;
    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
    mixed ^= mixed >> 31;
    return (double) (mixed >> 11) * 0x1p-53 * 100;
}

static bool matches_pattern(const char *pattern, const char *path)
{
    size_t length = strlen(pattern);
    if (length > 0 && pattern[length - 1] == '*')
        return strncmp(pattern, path, length - 1) == 0;
    return strcmp(pattern, path) == 0;
}

/* A pattern under /latest is for every version; one under a date is for that date only. */
static bool matches_path(const char *pattern, const char *path)
{
    static const char latest[] = "/latest";
    const size_t latest_length = sizeof(latest) - 1;
    if (!pattern || matches_pattern(pattern, path))
        return true;
    size_t version = tree_version_length(path);
    return version > 0 && strncmp(pattern, latest, latest_length) == 0 &&
           matches_pattern(pattern + latest_length, path + version);
}

static bool matches(const struct rule *rule, const struct request *request, bool token_valid)
{
    return (!rule->method || strcmp(rule->method, request->method) == 0) &&
           matches_path(rule->path, request->path) && (!rule->require_token || token_valid);
}

/* Counts the request and says whether the rule acts on it. */
static bool acts(struct scenario *scenario, struct rule *rule, int64_t since_first_ns)
{
    if (rule->for_ns != RULE_UNSET && since_first_ns >= rule->for_ns)
        return false;
    if (rule->matched++ < rule->skip)
        return false;
    if (rule->times != RULE_UNSET && rule->acted >= rule->times)
        return false;
    if (rule->percent < 100 && random_percent(scenario) >= rule->percent)
        return false;
    rule->acted++;
    return true;
}

const struct rule *scenario_pick(struct scenario *scenario, const struct request *request,
    int64_t since_first_ns, bool token_valid)
{
    for (size_t i = 0; i < scenario->count; i++) {
        struct rule *rule = &scenario->rules[i];
        if (matches(rule, request, token_valid) && acts(scenario, rule, since_first_ns))
            return rule;
    }
    return &rule_none;
}

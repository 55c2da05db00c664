/* SPDX-License-Identifier: MIT */
#pragma once

/* Reads one rule of a scenario file. */

#include "scenario.h"

/* 0, or the exit status of the program after a message on stderr that names the rule and the key.
 * *ret borrows strings from json; its body is the caller's to clear, on failure too. */
int rule_read(const cJSON *json, struct rule *ret);

/* SPDX-License-Identifier: MIT */
#pragma once

/* Time that only goes forward, in milliseconds. */

#include <stdint.h>

/* Milliseconds of CLOCK_MONOTONIC. */
uint64_t clock_now_ms(void);

/* Sleeps that long, also across signals. */
void clock_sleep_ms(uint64_t ms);

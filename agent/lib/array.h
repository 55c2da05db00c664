/* SPDX-License-Identifier: MIT */
#pragma once

/* The number of elements of an array (not of a pointer to one). */
#define ELEMENTSOF(array) (sizeof(array) / sizeof(*(array)))

/* SPDX-License-Identifier: MIT */
/* What is not in this list has to be told: "not there" must not stand for "could not look". */

#include "files/answer.h"

#include <errno.h>
#include <stddef.h>

#include "lib/array.h"

bool file_failure_is_answer(int negative_errno)
{
    static const int answers[] = { ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG, EACCES, EPERM, EXDEV,
        EISDIR, EINVAL, ENXIO, ENODEV, EFBIG, ENOLINK, EAGAIN /* a lease of its owner's */ };
    for (size_t i = 0; i < ELEMENTSOF(answers); i++)
        if (negative_errno == -answers[i])
            return true;
    return false;
}

int file_answer(int r)
{
    return file_failure_is_answer(r) ? 0 : r;
}

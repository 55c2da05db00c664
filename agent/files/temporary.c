/* SPDX-License-Identifier: MIT */
/* What a kill leaves has no other place to say what it is than its name. */

#include "files/temporary.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/buffer.h"
#include "lib/cleanup.h"
#include "lib/memory.h"

#define SUFFIX ".ec2-bootstrap"

/* A step of FNV-1a. */
static uint64_t mark_with(uint64_t mark, uint64_t value)
{
    return (mark ^ value) * 0x100000001b3u;
}

int temporary_mark(int directory, const char *name, uint64_t *ret)
{
    char chunk[16384];
    struct stat status;
    _cleanup_close_ int fd =
        openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &status) < 0)
        return -errno;
    if (!S_ISREG(status.st_mode))
        return -EINVAL;
    uint64_t mark = mark_with(mark_with(0xcbf29ce484222325u, status.st_mode), status.st_uid);
    for (;;) {
        ssize_t length = read(fd, chunk, sizeof(chunk));
        if (length == 0)
            break;
        if (length < 0 && errno != EINTR)
            return -errno;
        for (ssize_t i = 0; i < length; i++)
            mark = mark_with(mark, (unsigned char) chunk[i]);
    }
    *ret = mark;
    return 0;
}

char *temporary_name(const char *file, int number)
{
    _cleanup_buffer_ struct buffer name = { 0 };
    int r = buffer_printf(&name, ".%s" SUFFIX, file);
    if (r == 0 && number > 0)
        r = buffer_printf(&name, ".%d", number);
    return r < 0 ? NULL : buffer_take(&name);
}

char *temporary_marked_name(const char *file, const struct temporary_marks *marks)
{
    _cleanup_buffer_ struct buffer name = { 0 };
    int r = buffer_printf(
        &name, ".%s" SUFFIX ".%016" PRIx64 "-%016" PRIx64, file, marks->ours, marks->seen);
    return r < 0 ? NULL : buffer_take(&name);
}

/* What is behind the file in a name of a temporary file for it; NULL: it is none. */
static const char *behind_suffix(const char *name, const char *file)
{
    const size_t length = strlen(file);
    if (*name != '.' || strncmp(name + 1, file, length) != 0)
        return NULL;
    const char *suffix = name + 1 + length;
    return strncmp(suffix, SUFFIX, strlen(SUFFIX)) == 0 ? suffix + strlen(SUFFIX) : NULL;
}

bool temporary_is_any(const char *name)
{
    return *name == '.' && strstr(name, SUFFIX);
}

bool temporary_is_fixed(const char *name, const char *file)
{
    _Static_assert(TEMPORARY_NAMES == 10, "a number is a digit");
    const char *number = behind_suffix(name, file);
    return number &&
           (!*number || (number[0] == '.' && number[1] >= '1' && number[1] <= '9' && !number[2]));
}

bool temporary_read_marks(const char *name, const char *file, struct temporary_marks *ret)
{
    enum { MARKS_LENGTH = 2 * 16 };
    const char *marks = behind_suffix(name, file);
    int end = 0;
    if (!marks ||
        sscanf(marks, ".%16" SCNx64 "-%16" SCNx64 "%n", &ret->ours, &ret->seen, &end) != 2)
        return false;
    return end == (int) (strlen(".-") + MARKS_LENGTH) && marks[end] == '\0';
}

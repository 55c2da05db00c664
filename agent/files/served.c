/* SPDX-License-Identifier: MIT */
/* stat(2) of such a file is an answer of a program that any user can start. */

#include "files/served.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "lib/buffer.h"
#include "lib/cleanup.h"

#define MAGIC 0x65735546 /* FUSE_SUPER_MAGIC of statfs(2) */

enum { NOBODY = 65534, MOUNTINFO_MAX = 4 * 1024 * 1024 };

static bool find_option(const char *line, const char *end, uid_t *ret)
{
    static const char option[] = "user_id=";
    const char *found = NULL;
    /* The last one: before it stands the source, which the user names. */
    for (const char *p = line; p + strlen(option) < end; p++)
        if (strncmp(p, option, strlen(option)) == 0 && (p[-1] == ',' || p[-1] == ' '))
            found = p + strlen(option);
    if (!found)
        return false;
    *ret = (uid_t) strtoul(found, NULL, 10);
    return true;
}

bool served_find_user(const char *mountinfo, dev_t device, uid_t *ret)
{
    for (const char *line = mountinfo; *line;) {
        unsigned int major_number = 0, minor_number = 0;
        const char *end = line + strcspn(line, "\n");
        if (sscanf(line, "%*u %*u %u:%u ", &major_number, &minor_number) == 2 &&
            major_number == major(device) && minor_number == minor(device))
            return find_option(line + 1, end, ret);
        line = end + (*end == '\n');
    }
    return false;
}

static int read_mountinfo(struct buffer *ret)
{
    char chunk[16384];
    _cleanup_close_ int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    for (;;) {
        ssize_t length = read(fd, chunk, sizeof(chunk));
        if (length <= 0)
            return length < 0 ? -1 : buffer_append(ret, "", 0);
        if (ret->size > MOUNTINFO_MAX || buffer_append(ret, chunk, (size_t) length) < 0)
            return -1;
    }
}

bool served_by_user(int fd, dev_t device, uid_t *ret)
{
    struct statfs status;
    _cleanup_buffer_ struct buffer text = { 0 };
    if (fstatfs(fd, &status) == 0 && status.f_type != MAGIC)
        return false;
    if (read_mountinfo(&text) < 0 || !text.data || !served_find_user(text.data, device, ret))
        *ret = NOBODY;
    return true;
}

/* SPDX-License-Identifier: MIT */
/* openat(2) from directory to directory: a directory that is renamed or replaced meanwhile leads
 * nowhere else. */

#include "files/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

#include "lib/array.h"

/* Each level holds a descriptor; a process has 1024 by default. */
enum { LEVELS_MAX = 256 };

/* A directory that the walk is in. */
struct level {
    const struct level *above;
    dev_t device;
    ino_t inode;
    int depth;
};

struct walk {
    walk_visit visit;
    void *data;
    enum walk_reach reach;
    dev_t device;       /* of the tree's root */
    struct buffer path; /* of the current entry */
};

/* Not in <linux/magic.h>, or not in that of older kernels. */
enum {
    FUSE_MAGIC = 0x65735546,
    RPC_PIPEFS_MAGIC = 0x67596969,
    CIFS_MAGIC = 0xff534d42,
    SMB2_MAGIC = 0xfe534d42,
    MQUEUE_MAGIC = 0x19800202,
    CONFIGFS_MAGIC = 0x62656570,
};

static bool does_not_last(int fd)
{
    static const unsigned int types[] = { PROC_SUPER_MAGIC, SYSFS_MAGIC, TMPFS_MAGIC, RAMFS_MAGIC,
        DEVPTS_SUPER_MAGIC, CGROUP_SUPER_MAGIC, CGROUP2_SUPER_MAGIC, DEBUGFS_MAGIC, TRACEFS_MAGIC,
        SECURITYFS_MAGIC, SELINUX_MAGIC, BPF_FS_MAGIC, PSTOREFS_MAGIC, EFIVARFS_MAGIC, NSFS_MAGIC,
        HUGETLBFS_MAGIC, BINFMTFS_MAGIC, AUTOFS_SUPER_MAGIC, NFS_SUPER_MAGIC,
        (unsigned int) SMB2_MAGIC, V9FS_MAGIC, FUSE_MAGIC, RPC_PIPEFS_MAGIC,
        (unsigned int) CIFS_MAGIC, MQUEUE_MAGIC, CONFIGFS_MAGIC };
    struct statfs status;
    if (fstatfs(fd, &status) < 0)
        return false;
    for (size_t i = 0; i < ELEMENTSOF(types); i++)
        if ((unsigned int) status.f_type == types[i])
            return true;
    return false;
}

static int tell(
    const struct walk *walk, enum walk_event event, size_t name, int directory, int failure)
{
    const struct walk_entry entry = {
        .event = event,
        .path = walk->path.data,
        .name = walk->path.data + name,
        .directory = directory,
        .failure = failure,
    };
    return walk->visit(&entry, walk->data);
}

static int open_directory(const struct walk *walk, int parent, const char *name)
{
    enum { FLAGS = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC };
    if (walk->reach == WALK_STAY) {
        /* Also sees a mount of the same file system. */
        struct open_how how = { .flags = FLAGS, .resolve = RESOLVE_NO_XDEV };
        long fd = syscall(__NR_openat2, parent, name, &how, sizeof(how));
        if (fd >= 0)
            return (int) fd;
        if (errno != ENOSYS && errno != EPERM)
            return -errno;
    }
    int fd = openat(parent, name, FLAGS);
    return fd < 0 ? -errno : fd;
}

static bool walk_is_above(const struct level *level, const struct stat *status)
{
    for (; level; level = level->above)
        if (level->device == status->st_dev && level->inode == status->st_ino)
            return true;
    return false;
}

static int walk_entries(struct walk *walk, DIR *directory, const struct level *level);

/* Into an open directory, whose descriptor it takes. */
static int descend(struct walk *walk, int taken, const struct level *above)
{
    struct stat status;
    _cleanup_close_ int fd = taken;
    if (fstat(fd, &status) < 0)
        return -errno;
    bool stays = walk->reach == WALK_STAY && above && status.st_dev != above->device;
    bool passes = walk->reach == WALK_MOUNTS && status.st_dev != walk->device && does_not_last(fd);
    if (walk_is_above(above, &status) || stays || passes)
        return 0;
    _cleanup_closedir_ DIR *directory = fdopendir(fd);
    if (!directory)
        return -errno;
    (void) take_fd(&fd);
    const struct level level = {
        .above = above,
        .device = status.st_dev,
        .inode = status.st_ino,
        .depth = above ? above->depth + 1 : 0,
    };
    return walk_entries(walk, directory, &level);
}

static int visit_directory(struct walk *walk, int parent, size_t name, const struct level *above)
{
    int r = tell(walk, WALK_ENTER, name, parent, 0);
    if (r != 0)
        return r < 0 ? r : 0;
    if (above->depth >= LEVELS_MAX)
        return tell(walk, WALK_FAILED, name, parent, -ELOOP);
    int fd = open_directory(walk, parent, walk->path.data + name);
    if (fd == -ENOENT)
        return 0;
    if (fd < 0)
        return tell(walk, WALK_FAILED, name, parent, fd);
    r = descend(walk, fd, above);
    return r < 0 ? r : tell(walk, WALK_LEAVE, name, parent, 0);
}

/* As d_type of readdir(3) says; some file systems leave it out. */
static int visit_entry(
    struct walk *walk, int directory, size_t name, unsigned char type, const struct level *level)
{
    struct stat status;
    if (type == DT_UNKNOWN) {
        if (fstatat(directory, walk->path.data + name, &status, AT_SYMLINK_NOFOLLOW) < 0)
            return errno == ENOENT ? 0 : tell(walk, WALK_FAILED, name, directory, -errno);
        type = IFTODT(status.st_mode);
    }
    if (type == DT_DIR)
        return visit_directory(walk, directory, name, level);
    enum walk_event event = type == DT_REG ? WALK_FILE : type == DT_LNK ? WALK_LINK : WALK_SPECIAL;
    return tell(walk, event, name, directory, 0);
}

static void cut(struct buffer *path, size_t size)
{
    path->size = size;
    path->data[size] = '\0';
}

/* The path of a failure is that of the directory itself. */
static int tell_unreadable(struct walk *walk, int fd, int failure)
{
    const char *slash = strrchr(walk->path.data, '/');
    return tell(walk, WALK_FAILED, slash ? (size_t) (slash + 1 - walk->path.data) : 0, fd, failure);
}

static int walk_entries(struct walk *walk, DIR *directory, const struct level *level)
{
    size_t length = walk->path.size;
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(directory);
        if (!entry)
            return errno ? tell_unreadable(walk, dirfd(directory), -errno) : 0;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        int r = buffer_printf(&walk->path, "/%s", entry->d_name);
        if (r == 0)
            r = visit_entry(walk, dirfd(directory), length + 1, entry->d_type, level);
        cut(&walk->path, length);
        if (r < 0)
            return r;
    }
}

int walk_tree(
    const struct tree *tree, const char *path, enum walk_reach reach, walk_visit visit, void *data)
{
    struct walk walk = { .visit = visit, .data = data, .reach = reach };
    struct stat status;
    if (fstat(tree->fd, &status) < 0)
        return -errno;
    walk.device = status.st_dev;
    int r = buffer_append_text(&walk.path, strcmp(path, "/") == 0 ? "" : path);
    if (r < 0)
        return r;
    enum { DIRECTORY = O_RDONLY | O_DIRECTORY };
    int fd = reach == WALK_STAY ? tree_open_path(tree, path, DIRECTORY | O_NOFOLLOW)
                                : tree_open_searched(tree, path, DIRECTORY);
    if (fd >= 0)
        r = descend(&walk, fd, NULL);
    else if (fd != -ENOENT)
        r = tell_unreadable(&walk, tree->fd, fd);
    buffer_free(&walk.path);
    return r;
}

int walk_open_file(const struct walk_entry *entry, struct stat *ret_status)
{
    /* O_NONBLOCK: should it have become a FIFO by now. */
    _cleanup_close_ int fd = openat(
        entry->directory, entry->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return errno == ELOOP ? -EINVAL : -errno;
    if (fstat(fd, ret_status) < 0)
        return -errno;
    return S_ISREG(ret_status->st_mode) ? take_fd(&fd) : -EINVAL;
}

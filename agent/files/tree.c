/* The agent writes as root in trees that others have filled: a path must not lead out of the tree,
 * whatever links are in it. So each is resolved inside one directory, by the kernel. */

#include "files/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>

#include "lib/memory.h"

enum { LINKS_MAX = 40 /* as the kernel's own limit */, OPEN_TRIES = 100 };

/* Whether it is the root of the running machine, by whatever path. */
static bool is_machine(int fd)
{
    struct stat root, machine;
    return fstat(fd, &root) == 0 && stat("/", &machine) == 0 && root.st_dev == machine.st_dev &&
           root.st_ino == machine.st_ino;
}

int tree_open(const char *root, struct tree *ret, struct error *err)
{
    size_t length = strlen(root);
    while (length > 0 && root[length - 1] == '/')
        length--;
    int fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        int saved = errno;
        return error_set(err, EX_USAGE, -saved, "--root %s: %s", root, strerror(saved));
    }
    char *path = mem_strndup(root, is_machine(fd) ? 0 : length);
    if (!path) {
        (void) close(fd);
        return error_no_memory(err);
    }
    *ret = (struct tree){ .fd = fd, .path = path };
    return 0;
}

void tree_close(struct tree *tree)
{
    cleanup_close(&tree->fd);
    mem_free(tree->path);
    *tree = (struct tree){ .fd = -1 };
}

int tree_open_path(const struct tree *tree, const char *path, int flags)
{
    struct open_how how = { .flags = (unsigned int) flags | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT };
    long fd = -1;
    /* A rename anywhere on the machine while a ".." is resolved gives EAGAIN: see openat2(2). */
    for (int tries = 0; tries < OPEN_TRIES && fd < 0 && (tries == 0 || errno == EAGAIN); tries++)
        fd = syscall(__NR_openat2, tree->fd, path, &how, sizeof(how));
    if (fd >= 0)
        return (int) fd;
    /* Kernels before 5.6 and some sandboxes have no openat2; for "/" a plain open is the same. */
    if ((errno == ENOSYS || errno == EPERM) && !*tree->path) {
        fd = open(path, flags | O_CLOEXEC);
        if (fd >= 0)
            return (int) fd;
    }
    return -errno;
}

int tree_exists(const struct tree *tree, const char *path)
{
    _cleanup_close_ int fd = tree_open_path(tree, path, O_PATH);
    if (fd >= 0)
        return 1;
    return fd == -ENOENT || fd == -ENOTDIR || fd == -ELOOP ? 0 : fd;
}

bool tree_is_masked(const struct tree *tree, const char *path)
{
    char target[PATH_MAX];
    _cleanup_close_ int fd = tree_open_path(tree, path, O_PATH | O_NOFOLLOW);
    ssize_t length = fd >= 0 ? readlinkat(fd, "", target, sizeof(target) - 1) : -1;
    if (length < 0)
        return false;
    target[length] = '\0';
    const char *rest = target;
    while (strncmp(rest, "../", 3) == 0)
        rest += 3;
    if (rest == target && *rest++ != '/')
        return false;
    return strcmp(rest, "dev/null") == 0;
}

static int read_all(int fd, size_t max, struct buffer *ret)
{
    enum { CHUNK = 16384 };
    _cleanup_mem_ char *chunk = mem_alloc(CHUNK);
    if (!chunk)
        return -ENOMEM;
    for (;;) {
        ssize_t length = read(fd, chunk, CHUNK);
        if (length < 0 && errno == EINTR)
            continue;
        if (length < 0)
            return -errno;
        if ((size_t) length > max - ret->size)
            return -EFBIG;
        int r = buffer_append(ret, chunk, (size_t) length);
        if (r < 0 || length == 0)
            return r;
    }
}

int tree_read(const struct tree *tree, const char *path, size_t max, struct buffer *ret,
    struct stat *ret_stat)
{
    /* O_NONBLOCK: a FIFO in the way must not hang the boot. */
    _cleanup_close_ int fd = tree_open_path(tree, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return fd;
    struct stat status;
    if (fstat(fd, &status) < 0)
        return -errno;
    if (!S_ISREG(status.st_mode))
        return S_ISDIR(status.st_mode) ? -EISDIR : -EINVAL;
    int r = read_all(fd, max, ret);
    if (r < 0)
        return r;
    if (ret_stat)
        *ret_stat = status;
    return 0;
}

int tree_list(const struct tree *tree, const char *path, const char *suffix, struct strings *names)
{
    _cleanup_close_ int fd = tree_open_path(tree, path, O_RDONLY | O_DIRECTORY);
    if (fd < 0)
        return fd == -ENOENT ? 0 : fd;
    _cleanup_closedir_ DIR *directory = fdopendir(fd);
    if (!directory)
        return -errno;
    (void) take_fd(&fd);

    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(directory);
        if (!entry)
            return -errno;
        size_t length = strlen(entry->d_name), tail = strlen(suffix);
        if (entry->d_name[0] == '.' || length <= tail ||
            strcmp(entry->d_name + length - tail, suffix) != 0)
            continue;
        int r = strings_append(names, entry->d_name);
        if (r < 0)
            return r;
    }
}

/* Makes one directory whose parent exists. */
static int make_one(const struct tree *tree, char *path)
{
    _cleanup_close_ int fd = tree_open_path(tree, path, O_PATH | O_DIRECTORY);
    if (fd != -ENOENT)
        return fd < 0 ? fd : 0;
    char *slash = strrchr(path, '/');
    *slash = '\0';
    _cleanup_close_ int parent = tree_open_path(tree, *path ? path : "/", O_PATH | O_DIRECTORY);
    *slash = '/';
    if (parent < 0)
        return parent;
    return mkdirat(parent, slash + 1, 0755) < 0 && errno != EEXIST ? -errno : 0;
}

int tree_make_directory(const struct tree *tree, const char *path)
{
    _cleanup_mem_ char *partial = mem_strdup(path);
    if (!partial)
        return -ENOMEM;
    for (char *p = partial; *p;) {
        char *slash = strchr(p + 1, '/');
        char *end = slash ? slash : p + strlen(p);
        char kept = *end;
        *end = '\0';
        int r = make_one(tree, partial);
        *end = kept;
        if (r < 0)
            return r;
        p = end;
    }
    return 0;
}

/* Splits "/a/b/c" into "/a/b" and "c". */
static int split_path(const char *path, struct strings *ret)
{
    const char *slash = strrchr(path, '/');
    size_t parent = slash ? (size_t) (slash - path) : 0;
    int r = strings_append_n(ret, parent > 0 ? path : "/", parent > 0 ? parent : 1);
    return r < 0 ? r : strings_append(ret, slash ? slash + 1 : path);
}

int tree_remove_directory(const struct tree *tree, const char *path)
{
    _cleanup_strings_ struct strings parts = { 0 };
    int r = split_path(path, &parts);
    if (r < 0)
        return r;
    _cleanup_close_ int parent = tree_open_path(tree, parts.items[0], O_PATH | O_DIRECTORY);
    if (parent < 0)
        return parent;
    if (unlinkat(parent, parts.items[1], AT_REMOVEDIR) == 0)
        return 0;
    r = -errno;
    /* The kernel says that the file system is read-only before it looks for the name. */
    struct stat status;
    bool is_there = fstatat(parent, parts.items[1], &status, AT_SYMLINK_NOFOLLOW) == 0;
    return r == -EROFS && !is_there ? -ENOENT : r;
}

/* Reads the link `name` in a directory; *ret is the path that it leads to from the root, or NULL
 * when it is no link. */
static int read_link(int directory, const char *parent, const char *name, char **ret)
{
    char target[PATH_MAX];
    ssize_t length = readlinkat(directory, name, target, sizeof(target) - 1);
    if (length < 0) {
        *ret = NULL;
        return errno == EINVAL || errno == ENOENT ? 0 : -errno;
    }
    target[length] = '\0';
    _cleanup_buffer_ struct buffer path = { 0 };
    int r = *target == '/' ? buffer_append_text(&path, target)
                           : buffer_printf(&path, "%s/%s", parent, target);
    if (r < 0)
        return r;
    *ret = buffer_take(&path);
    return 0;
}

/* Whether a name can be that of a file. */
static bool is_file_name(const char *name)
{
    return *name && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

/* Looks at one path of a chain of links. 0: *ret is where it leads; 1: *target is the path that its
 * link leads to, on memory for mem_free(); or a negative errno. */
static int step(
    const struct tree *tree, const char *path, bool create, struct tree_entry *ret, char **target)
{
    _cleanup_strings_ struct strings parts = { 0 };
    int r = split_path(path, &parts);
    if (r < 0)
        return r;
    r = create ? tree_make_directory(tree, parts.items[0]) : 0;
    if (r < 0)
        return r;
    _cleanup_close_ int directory = tree_open_path(tree, parts.items[0], O_RDONLY | O_DIRECTORY);
    if (directory < 0)
        return directory;
    r = read_link(directory, parts.items[0], parts.items[1], target);
    if (r < 0 || *target)
        return r < 0 ? r : 1;
    if (!is_file_name(parts.items[1]))
        return -EISDIR;
    *ret = (struct tree_entry){ take_fd(&directory), TAKE_PTR(parts.items[1]) };
    return 0;
}

int tree_resolve(const struct tree *tree, const char *path, bool create, struct tree_entry *ret)
{
    _cleanup_mem_ char *current = mem_strdup(path);
    if (!current)
        return -ENOMEM;
    for (int links = 0; links <= LINKS_MAX; links++) {
        char *target = NULL;
        int r = step(tree, current, create && links == 0, ret, &target);
        if (r <= 0)
            return r;
        mem_free(current);
        current = target;
    }
    return -ELOOP;
}

void tree_entry_free(struct tree_entry *entry)
{
    cleanup_close(&entry->directory);
    mem_free(entry->name);
    *entry = (struct tree_entry){ .directory = -1 };
}

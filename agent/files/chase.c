/* SPDX-License-Identifier: MIT */
/* openat(2) from part to part: what was looked at is what the next step starts from, and a ".."
 * goes back to a directory that is still open. */

#include "files/chase.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "files/known.h"
#include "files/owner.h"
#include "files/served.h"
#include "files/step.h"

enum {
    LINKS_MAX = 40,   /* as the kernel's own limit */
    LEVELS_MAX = 256, /* each holds a descriptor; a process has 1024 by default */
};

/* A directory on the way. */
struct level {
    int fd;
    struct stat status;
    bool is_served; /* by a user who is not trusted: st_uid is that user, see served.h */
    int known;      /* its number, with a descriptor of the tree's; or KNOWN_NOTHING */
};

struct chase {
    const struct tree *tree;
    int flags;
    char path[2 * PATH_MAX];
    char *rest;  /* of the path, links put in: it ends where `path` ends */
    size_t own;  /* bytes at the end of it that are no part of a link's target */
    int links;   /* that were followed */
    bool is_led; /* by a link of the user `leader`, who is not trusted */
    uid_t leader;
    bool is_served;                  /* as of a level, for the entry that is looked at */
    size_t depth;                    /* of the current level */
    struct level levels[LEVELS_MAX]; /* the first is the root of the tree */
};

bool chase_trusts(const struct tree *tree, uid_t uid)
{
    return uid == 0 || uid == geteuid() || uid == tree->owner;
}

static struct level *chase_level(struct chase *chase)
{
    return &chase->levels[chase->depth];
}

/* All that a user serves is that user's, whatever it says. The root of the tree was named by who
 * runs the agent. */
static void note_server(struct chase *chase, int fd, struct stat *status)
{
    const struct level *level = chase_level(chase);
    uid_t server = level->status.st_uid;
    bool is_same = status->st_dev == level->status.st_dev;
    chase->is_served = is_same ? level->is_served : served_by_user(fd, status->st_dev, &server);
    if (chase->is_served && chase_trusts(chase->tree, server))
        chase->is_served = false;
    if (chase->is_served)
        status->st_uid = server;
}

/* Why the step from the current directory to an entry of it is not safe. A link at the end leads
 * nowhere. */
static enum chase_reason judge(struct chase *chase, const struct stat *entry, bool is_end)
{
    const struct level *level = chase_level(chase);
    const struct step step = {
        .tree = chase->tree,
        .directory = level->fd,
        .directory_status = &level->status,
        .is_root = chase->depth == 0,
        .is_led = chase->is_led,
        .leader = chase->leader,
    };
    return (chase->flags & CHASE_ANY_STEP) != 0 ? CHASE_SAFE : step_judge(&step, entry, is_end);
}

/* Opens an entry of the current directory. A file descriptor, or a negative errno. */
static int open_entry(struct chase *chase, const char *name, bool is_last)
{
    enum { FLAGS = O_PATH | O_NOFOLLOW };
    const struct level *level = chase_level(chase);
    /* O_DIRECTORY also mounts what is to be mounted there. */
    int entry = is_last
                    ? -ENOTDIR
                    : owner_open(chase->tree, level->fd, &level->status, name, FLAGS | O_DIRECTORY);
    return entry != -ENOTDIR ? entry
                             : owner_open(chase->tree, level->fd, &level->status, name, FLAGS);
}

/* Makes a directory in the current one, with the rights of its owner. */
static int make_directory(struct chase *chase, const char *name)
{
    const struct level *level = chase_level(chase);
    _cleanup_owner_ struct owner owner = { 0 };
    int r = chase->depth > 0 ? owner_enter(chase->tree, &level->status, NULL, &owner) : 0;
    if (r < 0)
        return r;
    if (mkdirat(level->fd, name, 0755) < 0)
        return errno == EEXIST ? 0 : -errno;
    _cleanup_close_ int made =
        openat(level->fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (made >= 0)
        owner_give(chase->tree, &level->status, made);
    return 0;
}

/* Into a directory, whose descriptor is taken. */
static int go_down(struct chase *chase, int *fd, const struct stat *status)
{
    if (chase->depth + 1 >= LEVELS_MAX)
        return -ENAMETOOLONG;
    chase->depth++;
    *chase_level(chase) = (struct level){ take_fd(fd), *status, chase->is_served, KNOWN_NOTHING };
    return 0;
}

/* Into one that is known. */
static int go_down_known(struct chase *chase, int number)
{
    const struct known_directory *directory = known_directory(chase->tree, number);
    int fd = directory->fd;
    chase->is_served = false;
    int r = go_down(chase, &fd, &directory->status);
    if (r == 0)
        chase_level(chase)->known = number;
    return r;
}

static void go_up(struct chase *chase)
{
    const struct level *level = chase_level(chase);
    if (chase->depth == 0)
        return;
    if (level->known == KNOWN_NOTHING)
        cleanup_close(&level->fd);
    chase->depth--;
}

/* Whether nobody but root could make something else of an entry of the current directory. */
static bool is_roots(const struct chase *chase, const struct stat *entry)
{
    return chase->levels[chase->depth].known != KNOWN_NOTHING && !chase->is_led &&
           !chase->is_served && entry->st_uid == 0 && (entry->st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/* Into a directory, whose descriptor is taken, or held by the tree. */
static int go_into(struct chase *chase, const char *name, int *fd, const struct stat *status)
{
    int number = is_roots(chase, status)
                     ? known_add(chase->tree, chase_level(chase)->known, name, fd, status)
                     : KNOWN_NOTHING;
    return number != KNOWN_NOTHING ? go_down_known(chase, number) : go_down(chase, fd, status);
}

/* A link of a user who is not trusted leads to what is his. */
static bool chase_may_be_here(struct chase *chase)
{
    return !chase->is_led || (chase->flags & CHASE_ANY_STEP) != 0 ||
           chase_level(chase)->status.st_uid == chase->leader;
}

/* Puts the target of a link before the rest of the path. */
static int follow(struct chase *chase, int link, const struct stat *status, char *rest)
{
    char target[PATH_MAX];
    if (chase->links++ == LINKS_MAX)
        return -ELOOP;
    ssize_t length = readlinkat(link, "", target, sizeof(target));
    if (length < 0)
        return -errno;
    size_t size = (size_t) length, tail = strlen(rest);
    if (size == 0)
        return -ENOENT;
    if (size == sizeof(target) || size > (size_t) (rest - chase->path))
        return -ENAMETOOLONG;
    chase->rest = rest - size;
    memcpy(chase->rest, target, size);
    if (chase->own > tail)
        chase->own = tail;
    if (!chase->is_led && !chase_trusts(chase->tree, status->st_uid)) {
        chase->is_led = true;
        chase->leader = status->st_uid;
    }
    while (*target == '/' && chase->depth > 0)
        go_up(chase);
    return chase_may_be_here(chase) ? 0 : -ENOLINK;
}

/* What a part of the path is, where it begins, and what comes behind it. */
struct part {
    char name[NAME_MAX + 1];
    char *rest;
    bool is_own; /* no part of a link's target */
    bool is_last;
    bool is_marked; /* with a slash behind it */
};

static int next_part(const struct chase *chase, struct part *ret)
{
    char *from = chase->rest + strspn(chase->rest, "/");
    size_t length = strcspn(from, "/");
    if (length >= sizeof(ret->name))
        return -ENAMETOOLONG;
    memcpy(ret->name, from, length);
    ret->name[length] = '\0';
    ret->rest = from + length;
    ret->is_own = strlen(from) <= chase->own;
    ret->is_marked = *ret->rest == '/';
    ret->is_last = ret->rest[strspn(ret->rest, "/")] == '\0';
    return 0;
}

/* The end, in the current directory; *fd is taken. */
static int chase_stop(struct chase *chase, const struct part *part, int *fd,
    const struct stat *status, int r, struct chase_end *ret)
{
    struct level *level = chase_level(chase);
    bool is_borrowed = chase->depth == 0 || level->known != KNOWN_NOTHING;
    *ret = (struct chase_end){
        .directory = is_borrowed ? level->fd : take_fd(&level->fd),
        .is_borrowed = is_borrowed,
        .directory_status = level->status,
        .entry = take_fd(fd),
        .status = *status,
        .is_marked = part->is_marked,
        .reason = ret->reason,
        .user = chase->is_led ? chase->leader : level->status.st_uid,
    };
    memcpy(ret->name, *part->name ? part->name : ".", strlen(part->name) + 1 + !*part->name);
    return r;
}

static int unsafe(struct chase *chase, const struct part *part, int *fd, const struct stat *status,
    enum chase_reason reason, struct chase_end *ret)
{
    ret->reason = reason;
    return chase_stop(chase, part, fd, status, -ENOLINK, ret);
}

/* The part is missing: made, or the end, or an error. 1: it was made. */
static int chase_missing(struct chase *chase, const struct part *part, struct chase_end *ret)
{
    static const struct stat none;
    int nothing = -1;
    bool is_directory = !part->is_last || (chase->flags & CHASE_DIRECTORY) != 0;
    if (is_directory && (chase->flags & CHASE_CREATE) != 0 && part->is_own) {
        int r = make_directory(chase, part->name);
        if (r == -ENOLINK)
            return unsafe(chase, part, &nothing, &none, CHASE_SAFE, ret);
        return r < 0 ? r : 1;
    }
    return part->is_last ? chase_stop(chase, part, &nothing, &none, 0, ret) : -ENOENT;
}

/* Whether an entry is the end of the path. */
static bool is_end(const struct chase *chase, const struct part *part, const struct stat *status)
{
    bool is_followed =
        S_ISLNK(status->st_mode) && (part->is_marked || (chase->flags & CHASE_NOFOLLOW) == 0);
    return part->is_last && !is_followed;
}

/* Through an entry that is not the end. 1, or a negative errno. */
static int chase_through(struct chase *chase, const struct part *part, int *fd,
    const struct stat *status, struct chase_end *ret)
{
    if (S_ISLNK(status->st_mode)) {
        int r = follow(chase, *fd, status, part->rest);
        if (r == -ENOLINK)
            return unsafe(chase, part, fd, status, CHASE_OTHER_LINK, ret);
        return r < 0 ? r : 1;
    }
    int r = S_ISDIR(status->st_mode) ? go_into(chase, part->name, fd, status) : -ENOTDIR;
    if (r < 0)
        return r;
    chase->rest = part->rest;
    return 1;
}

/* Likewise through a directory that is known. 1, 0 when it is not, or a negative errno. */
static int chase_through_known(struct chase *chase, const struct part *part)
{
    int above = chase_level(chase)->known;
    int number = above != KNOWN_NOTHING && !chase->is_led && !part->is_last
                     ? known_find(chase->tree, above, part->name)
                     : KNOWN_NOTHING;
    int r = number != KNOWN_NOTHING ? go_down_known(chase, number) : 0;
    if (number == KNOWN_NOTHING || r < 0)
        return r;
    chase->rest = part->rest;
    return 1;
}

/* One part of the path. 1: it goes on; 0: that was the end; or a negative errno. */
static int chase_step(struct chase *chase, const struct part *part, struct chase_end *ret)
{
    struct stat status;
    int r = chase_through_known(chase, part);
    if (r != 0)
        return r;
    _cleanup_close_ int fd = open_entry(chase, part->name, part->is_last && !part->is_marked);
    if (fd == -ENOENT)
        return chase_missing(chase, part, ret);
    if (fd < 0)
        return fd;
    if (fstat(fd, &status) < 0)
        return -errno;
    note_server(chase, fd, &status);
    bool ends = is_end(chase, part, &status);
    enum chase_reason reason = judge(chase, &status, ends);
    if (reason != CHASE_SAFE)
        return unsafe(chase, part, &fd, &status, reason, ret);
    if (!ends)
        return chase_through(chase, part, &fd, &status, ret);
    if (part->is_marked && !S_ISDIR(status.st_mode))
        return -ENOTDIR;
    return chase_stop(chase, part, &fd, &status, 0, ret);
}

static int chase_walk(struct chase *chase, struct chase_end *ret)
{
    static const struct stat none;
    struct part part;
    for (;;) {
        int nothing = -1;
        int r = next_part(chase, &part);
        if (r < 0)
            return r;
        bool is_up = strcmp(part.name, "..") == 0;
        if (*part.name && !is_up && strcmp(part.name, ".") != 0) {
            r = chase_step(chase, &part, ret);
            if (r <= 0)
                return r;
            continue;
        }
        if (is_up)
            go_up(chase);
        if (!chase_may_be_here(chase))
            return unsafe(chase, &part, &nothing, &none, CHASE_OTHER_LINK, ret);
        chase->rest = part.rest;
        if (part.is_last) {
            part = (struct part){ .is_marked = true };
            struct stat status = chase_level(chase)->status;
            return chase_stop(chase, &part, &nothing, &status, 0, ret);
        }
    }
}

static int chase_look_at_root(struct chase *chase)
{
    struct level *root = &chase->levels[0];
    if (root->known == KNOWN_NOTHING)
        return fstat(root->fd, &root->status) < 0 ? -errno : 0;
    root->status = known_directory(chase->tree, root->known)->status;
    return 0;
}

int chase(const struct tree *tree, const char *path, int flags, struct chase_end *ret)
{
    struct chase chase;
    chase.tree = tree;
    chase.flags = flags;
    chase.links = 0;
    chase.own = strlen(path);
    chase.is_led = false;
    chase.is_served = false;
    chase.depth = 0;
    chase.levels[0].fd = tree->fd;
    chase.levels[0].is_served = false;
    chase.levels[0].known = known_root(tree);
    *ret = (struct chase_end){ .directory = -1, .entry = -1 };
    if (!*path)
        return -ENOENT;
    if (strlen(path) >= PATH_MAX)
        return -ENAMETOOLONG;
    chase.rest = chase.path + sizeof(chase.path) - strlen(path) - 1;
    memcpy(chase.rest, path, strlen(path) + 1);
    int r = chase_look_at_root(&chase);
    if (r == 0)
        r = chase_walk(&chase, ret);
    if (r < 0 && ret->directory < 0)
        ret->directory_status = chase_level(&chase)->status;
    while (chase.depth > 0)
        go_up(&chase);
    return r;
}

void chase_end_free(struct chase_end *end)
{
    if (!end->is_borrowed)
        cleanup_close(&end->directory);
    cleanup_close(&end->entry);
    *end = (struct chase_end){ .directory = -1, .entry = -1 };
}

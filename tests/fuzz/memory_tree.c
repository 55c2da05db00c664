/* SPDX-License-Identifier: MIT */
/* Linked with -Wl,--wrap for the functions of files/tree.h that readers use. */

#include "memory_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>

#include "files/tree.h"
#include "fuzz.h"
#include "lib/array.h"

enum { FILES_MAX = 16 };

static struct {
    char *path;
    struct buffer bytes;
} files[FILES_MAX];
static size_t file_count;

int __wrap_tree_open_path(const struct tree *tree, const char *path, int flags);
int __wrap_tree_exists(const struct tree *tree, const char *path);
bool __wrap_tree_is_masked(const struct tree *tree, const char *path);
int __wrap_tree_read(const struct tree *tree, const char *path, size_t max, struct buffer *ret,
    struct stat *ret_stat);
int __wrap_tree_list(
    const struct tree *tree, const char *path, const char *suffix, struct strings *names);
int __wrap_tree_resolve(
    const struct tree *tree, const char *path, bool create, struct tree_entry *ret);

void memory_tree_clear(void)
{
    for (size_t i = 0; i < file_count; i++) {
        mem_free(files[i].path);
        buffer_free(&files[i].bytes);
    }
    file_count = 0;
}

void memory_tree_add(const char *path, struct buffer *bytes)
{
    if (file_count == FILES_MAX) {
        buffer_free(bytes);
        return;
    }
    files[file_count].path = mem_strdup(path);
    FUZZ_CHECK(files[file_count].path);
    files[file_count++].bytes = *bytes;
    *bytes = (struct buffer){ 0 };
}

void memory_tree_add_all(const char *text, size_t size, const char *const paths[], size_t count)
{
    struct fuzz_input input = { text, size };
    while (input.left > 0) {
        bool is_path = *input.at == '/';
        size_t number = is_path ? 0 : fuzz_choice(&input, count);
        _cleanup_mem_ char *line = fuzz_line(&input);
        struct buffer bytes = fuzz_part(&input);
        memory_tree_add(is_path ? line : paths[number], &bytes);
    }
}

static struct buffer *find_bytes(const char *path)
{
    for (size_t i = 0; i < file_count; i++)
        if (strcmp(files[i].path, path) == 0)
            return &files[i].bytes;
    return NULL;
}

/* Whether a file is below a directory: what its name behind that is. */
static const char *name_below(const char *path, const char *directory)
{
    size_t length = strlen(directory);
    while (length > 0 && directory[length - 1] == '/')
        length--;
    return strncmp(path, directory, length) == 0 && path[length] == '/' ? path + length + 1 : NULL;
}

static bool is_directory(const char *path)
{
    for (size_t i = 0; i < file_count; i++)
        if (name_below(files[i].path, path))
            return true;
    return false;
}

int __wrap_tree_exists(const struct tree *tree, const char *path)
{
    (void) tree;
    return find_bytes(path) || is_directory(path);
}

bool __wrap_tree_is_masked(const struct tree *tree, const char *path)
{
    (void) tree;
    const struct buffer *bytes = find_bytes(path);
    return bytes && bytes->size == 4 && memcmp(bytes->data, "mask", 4) == 0;
}

/* Whatever it is: only that it is there, and of what kind, is looked at. */
int __wrap_tree_open_path(const struct tree *tree, const char *path, int flags)
{
    static int file = -1, directory = -1;
    (void) tree;
    (void) flags;
    if (file < 0) {
        file = memfd_create("file", MFD_CLOEXEC);
        directory = open("/", O_PATH | O_CLOEXEC);
        FUZZ_CHECK(file >= 0 && write(file, "x", 1) == 1 && directory >= 0);
    }
    bool is_file = find_bytes(path);
    return is_file || is_directory(path) ? dup(is_file ? file : directory) : -ENOENT;
}

int __wrap_tree_read(const struct tree *tree, const char *path, size_t max, struct buffer *ret,
    struct stat *ret_stat)
{
    (void) tree;
    const struct buffer *bytes = find_bytes(path);
    if (ret_stat)
        *ret_stat = (struct stat){ .st_mode = S_IFREG | 0644, .st_nlink = 1 };
    if (!bytes)
        return -ENOENT;
    return bytes->size > max ? -EFBIG : buffer_append(ret, bytes->data, bytes->size);
}

int __wrap_tree_list(
    const struct tree *tree, const char *path, const char *suffix, struct strings *names)
{
    (void) tree;
    int r = 0;
    for (size_t i = 0; r == 0 && i < file_count; i++) {
        const char *name = name_below(files[i].path, path);
        size_t length = name ? strcspn(name, "/") : 0, end = strlen(suffix);
        if (length > end && *name != '.' && memcmp(name + length - end, suffix, end) == 0) {
            _cleanup_mem_ char *entry = mem_strndup(name, length);
            r = entry ? strings_add_unique(names, entry) : -ENOMEM;
        }
    }
    return r;
}

int __wrap_tree_resolve(
    const struct tree *tree, const char *path, bool create, struct tree_entry *ret)
{
    (void) tree;
    (void) path;
    (void) create;
    (void) ret;
    return -ENOENT;
}

/* SPDX-License-Identifier: MIT */
/* Reads each text as one character, in a size and in ten times that size, and has callgrind say how
 * many instructions each took: tests/linear/run.py compares them. Without valgrind it only runs.
 *
 *   linear DIRECTORY SIZE SHARE [WORD]
 *
 * DIRECTORY is an empty one. Of the shapes that are not a subject's own, each takes every SHARE-th;
 * WORD is a part of its name. */

#include "shapes.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <valgrind/callgrind.h>

#include "lib/json.h"
#include "lib/memory.h"

enum { GROWTH = 10, SUBJECTS_MAX = 100, UNITS_PER_NAME = 64 };

struct tree subject_tree;

static void die(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

static void append_unit(struct buffer *text, const char *unit, size_t number)
{
    for (; *unit; unit++)
        if ((*unit == '\1' ? buffer_printf(text, "%zu", number) : buffer_append(text, unit, 1)) < 0)
            die("memory");
}

static struct buffer make_text(const struct shape *shape, size_t size)
{
    struct buffer text = { 0 };
    append_unit(&text, shape->head, 0);
    const size_t end = text.size + size;
    for (size_t i = 0; text.size < end; i++)
        append_unit(&text, shape->unit, i);
    append_unit(&text, shape->tail, 0);
    return text;
}

static void make_directories(char *path)
{
    for (char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void) mkdirat(subject_tree.fd, path, 0755);
        *slash = '/';
    }
}

/* Writes a file of the tree, or removes it. */
static void put_file(const char *path, const struct buffer *text)
{
    char *copy = strdup(path + 1);
    if (!copy)
        die("memory");
    make_directories(copy);
    (void) unlinkat(subject_tree.fd, copy, 0);
    if (text) {
        int fd = openat(subject_tree.fd, copy, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        if (fd < 0 || write(fd, text->data, text->size) != (ssize_t) text->size)
            die(path);
        (void) close(fd);
    }
    for (char *slash = strrchr(copy, '/'); slash && !text; slash = strrchr(copy, '/')) {
        *slash = '\0';
        (void) unlinkat(subject_tree.fd, copy, AT_REMOVEDIR);
    }
    free(copy);
}

/* Puts or removes as many files as the size asks for. */
static void put_names(const struct subject *subject, size_t size, const struct buffer *text)
{
    for (size_t i = 0; i < size / UNITS_PER_NAME; i++) {
        char path[256];
        int before = (int) strcspn(subject->path, "*");
        (void) snprintf(
            path, sizeof(path), "%.*s%zu%s", before, subject->path, i, subject->path + before + 1);
        put_file(path, text);
    }
}

static void put_files(const struct subject *subject, size_t size, const struct buffer *text)
{
    if (subject->path && subject->many)
        put_names(subject, size, text);
    else if (subject->path)
        put_file(subject->path, text);
}

static void measure(
    const struct subject *subject, const struct shape *shape, size_t number, size_t size)
{
    char name[128];
    struct buffer text = make_text(shape, subject->many ? 0 : size);
    (void) snprintf(name, sizeof(name), "%s/%zu/%zu", subject->name, number, size);
    put_files(subject, size, &text);
    CALLGRIND_ZERO_STATS;
    subject->read(&text, subject);
    CALLGRIND_DUMP_STATS_AT(name);
    put_files(subject, size, NULL);
    buffer_free(&text);
}

/* Once before: what is looked up once is not counted. */
static void measure_all(
    const struct subject *subject, const struct shape *shape, size_t number, size_t size)
{
    printf("%s/%zu\t", subject->name, number); /* the unit, on one line */
    for (const char *p = shape->unit; *p; p++)
        if (*p > ' ' && *p < '\x7f')
            (void) putchar(*p);
        else
            printf("\\x%02x", (unsigned char) *p);
    printf("\n");
    measure(subject, shape, number, 1);
    measure(subject, shape, number, size);
    measure(subject, shape, number, GROWTH * size);
}

/* Which of the common shapes it begins with depends on the subject. */
static void measure_subject(const struct subject *subject, size_t size, size_t share, size_t first)
{
    size_t number = 0, count = first;
    size /= subject->divisor ? subject->divisor : 1;
    size *= subject->factor ? subject->factor : 1;
    for (const struct shape *s = subject->shapes; s && s->unit; s++)
        measure_all(subject, s, number++, size);
    for (const struct shape *s = common_shapes; s->unit && !subject->many; s++)
        if (count++ % share == 0)
            measure_all(subject, s, number++, size);
}

int main(int argc, char *argv[])
{
    struct subject all[SUBJECTS_MAX];
    struct error err;
    if (argc < 4 || atoi(argv[3]) < 1 || subjects_count >= SUBJECTS_MAX) {
        (void) fprintf(stderr, "usage: linear DIRECTORY SIZE SHARE [WORD]\n");
        return EXIT_FAILURE;
    }
    json_init();
    if (chroot(argv[1]) < 0 || chdir("/") < 0 || tree_open("/", &subject_tree, &err) < 0)
        die(argv[1]);
    memcpy(all, subjects, subjects_count * sizeof(*all));
    size_t count =
        subjects_count + output_subjects(all + subjects_count, SUBJECTS_MAX - subjects_count);
    for (size_t i = 0; i < count; i++)
        if (argc == 4 || strstr(all[i].name, argv[4]))
            measure_subject(&all[i], (size_t) atoi(argv[2]), (size_t) atoi(argv[3]), i);
    tree_close(&subject_tree);
    return EXIT_SUCCESS;
}

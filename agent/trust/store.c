/* SPDX-License-Identifier: MIT */
/* Which directories and programs there are, and their traps, was tried with each of them:
 * docs/ca-clients.md. A file has one certificate and ends in .crt, as Debian makes no hash link of
 * another one; its name has the certificate's hash, as new content under an old name leaves links
 * and Java's store stale. */

#include "trust/store.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "files/atomic.h"
#include "files/leftover.h"
#include "files/program.h"
#include "files/walk.h"
#include "formats/pem.h"
#include "lib/array.h"
#include "lib/memory.h"

#define OURS   "ec2-bootstrap-"
#define SUFFIX ".crt"

#define INSTALL "install the package ca-certificates"
#define JAVA    "ca-certificates-java"
#define LINKS   "/etc/ssl/certs/"

enum { UPDATE_MAX_S = 120, FINISH_MAX_S = 60, BUNDLE_SIZE_MAX = 8 * 1024 * 1024 };

#define COMMAND(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* A kind is told by what its package brings below /usr. SUSE has Debian's program name, and
 * p11-kit's directories in a place of its own. */
static const struct trust_store stores[] = {
    { .mark = "/usr/share/pki/ca-trust-source",
        .anchors = "/etc/pki/ca-trust/source/anchors",
        .bundle = "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
        .java = "/etc/pki/ca-trust/extracted/java/cacerts",
        .update = COMMAND("/usr/bin/update-ca-trust") },
    { .mark = "/usr/share/pki/trust",
        .anchors = "/etc/pki/trust/anchors",
        .bundle = "/var/lib/ca-certificates/ca-bundle.pem",
        .java = "/var/lib/ca-certificates/java-cacerts",
        .update = COMMAND("/usr/sbin/update-ca-certificates") },
    { .mark = "/usr/share/ca-certificates",
        .anchors = "/usr/local/share/ca-certificates",
        .bundle = "/etc/ssl/certs/ca-certificates.crt",
        .java = "/etc/ssl/certs/java/cacerts",
        .update = COMMAND("/usr/sbin/update-ca-certificates"),
        .rebuild = COMMAND("/usr/sbin/update-ca-certificates", "--fresh"),
        .forget = COMMAND("/etc/ca-certificates/update.d/jks-keystore"),
        .pending = "/var/lib/ca-certificates-java/pending",
        .state = COMMAND("/usr/bin/dpkg-query", "-W", "-f=${db:Status-Status}", JAVA),
        .finish = COMMAND("/usr/bin/dpkg", "--configure", JAVA) },
};

int trust_store_find(const struct tree *tree, const struct trust_store **ret)
{
    *ret = NULL;
    for (size_t i = 0; i < ELEMENTSOF(stores); i++) {
        int r = tree_exists(tree, stores[i].mark);
        if (r > 0)
            *ret = &stores[i];
        if (r != 0)
            return r < 0 ? r : 0;
    }
    return 0;
}

int trust_refuse_path(const struct tree *tree, const char *path, const char *what,
    int negative_errno, struct error *err)
{
    int r = negative_errno;
    if (r == -ENOMEM)
        return error_no_memory(err);
    return error_set(err, error_file_status(r), r, "%s%s: cannot be %s: %s", tree->path, path, what,
        tree_reason(r));
}

/* Adds the certificates of a file to a bundle, and counts what is broken. 0, -ENOMEM or -ELIBACC.
 */
static int bundle_add(const struct buffer *bytes, struct trust_bundle *bundle)
{
    struct pem_block block = { 0 };
    int r;
    while ((r = pem_next(bytes, &block, NULL)) > 0) {
        _cleanup_buffer_ struct buffer base64 = { 0 };
        if (!pem_is(&block, "CERTIFICATE"))
            continue; /* clients leave it out */
        r = certificate_normalize(block.body, block.body_length, &base64);
        if (r == 0)
            r = strings_add_unique(&bundle->certificates, base64.data);
        if (r == -EBADMSG && bundle->broken == 0)
            bundle->broken = block.number;
        if (r == -ENOMEM || r == -ELIBACC)
            return r;
    }
    if (r < 0 && bundle->broken == 0)
        bundle->broken = block.number;
    return 0;
}

int trust_bundle_read(const struct tree *tree, const struct trust_store *store,
    struct trust_bundle *ret, struct error *err)
{
    _cleanup_buffer_ struct buffer bytes = { 0 };
    int r = tree_read(tree, store->bundle, BUNDLE_SIZE_MAX, &bytes, NULL);
    if (r < 0)
        return r == -ENOENT ? 0 : trust_refuse_path(tree, store->bundle, "read", r, err);
    r = bundle_add(&bytes, ret);
    return r < 0 ? certificate_refuse(r, err) : 0;
}

bool trust_bundle_has(const struct trust_bundle *bundle, const struct certificate *certificate)
{
    return strings_contains(&bundle->certificates, certificate->base64.data);
}

void trust_bundle_free(struct trust_bundle *bundle)
{
    strings_free(&bundle->certificates);
    *bundle = (struct trust_bundle){ 0 };
}

/* Whether the file with a certificate of ours has it. 1, 0 or a negative errno. */
static int anchor_is_right(const struct tree *tree, const char *path, const struct buffer *content)
{
    _cleanup_buffer_ struct buffer bytes = { 0 };
    int r = tree_read(tree, path, CA_FILE_SIZE_MAX, &bytes, NULL);
    if (r < 0)
        return r == -ENOENT || r == -EFBIG || r == -EINVAL ? 0 : r;
    return buffer_equal(&bytes, content);
}

/* What is to become of one certificate's file; its name is noted as one to keep. */
static int plan_one(const struct tree *tree, const struct trust_store *store,
    const struct trust_bundle *bundle, const struct certificate *certificate,
    struct trust_changes *ret, struct strings *kept)
{
    _cleanup_buffer_ struct buffer path = { 0 }, content = { 0 };
    if (buffer_printf(&path, "%s/" OURS "%s" SUFFIX, store->anchors, certificate->hash) < 0 ||
        ca_file_append(certificate, &content) < 0)
        return -ENOMEM;
    int right = anchor_is_right(tree, path.data, &content);
    if (right < 0)
        return right;
    int there = right ? 1 : tree_exists(tree, path.data);
    if (there < 0)
        return there;
    if (!there && trust_bundle_has(bundle, certificate))
        return 0;
    int r = strings_append(kept, path.data);
    if (r == 0 && !right)
        r = strings_append(&ret->added, path.data);
    return r == 0 && !right ? strings_append(&ret->contents, content.data) : r;
}

/* Notes the certificate of a file that goes, so that it can be seen whether the bundle has lost it.
 */
static int note_removed(const struct tree *tree, const char *path, struct trust_changes *ret)
{
    _cleanup_buffer_ struct buffer bytes = { 0 };
    _cleanup_trust_bundle_ struct trust_bundle certificates = { 0 };
    int r = tree_read(tree, path, CA_FILE_SIZE_MAX, &bytes, NULL);
    if (r < 0)
        return r == -ENOMEM ? r : 0;
    r = bundle_add(&bytes, &certificates);
    return r < 0 ? r : strings_append_all(&ret->certificates_removed, &certificates.certificates);
}

/* Whether a name is one that we give: with eight digits of a hash, as people do not write it. */
static bool is_our_name(const char *name)
{
    size_t begin = strlen(OURS), digits = CERTIFICATE_HASH_MAX - 1;
    return strncmp(name, OURS, begin) == 0 && strspn(name + begin, "0123456789abcdef") == digits &&
           strcmp(name + begin + digits, SUFFIX) == 0;
}

/* A link of that name is somebody else's. 1, 0 or a negative errno. */
static int is_file(const struct tree *tree, const char *path)
{
    struct stat status;
    _cleanup_close_ int fd = tree_open_path(tree, path, O_PATH | O_NOFOLLOW);
    if (fd < 0)
        return fd == -ENOENT || fd == -ELOOP ? 0 : fd;
    return fstat(fd, &status) < 0 ? -errno : S_ISREG(status.st_mode);
}

static int plan_removals(const struct tree *tree, const struct trust_store *store,
    const struct strings *kept, struct trust_changes *ret)
{
    _cleanup_strings_ struct strings names = { 0 };
    int r = tree_list(tree, store->anchors, SUFFIX, &names);
    for (size_t i = 0; r == 0 && i < names.count; i++) {
        _cleanup_buffer_ struct buffer path = { 0 };
        if (!is_our_name(names.items[i]))
            continue;
        r = buffer_printf(&path, "%s/%s", store->anchors, names.items[i]);
        if (r < 0 || strings_contains(kept, path.data))
            continue;
        int file = is_file(tree, path.data);
        if (file <= 0) {
            r = file;
            continue;
        }
        r = strings_append(&ret->removed, path.data);
        if (r == 0)
            r = strings_append(&ret->forgotten, names.items[i]);
        if (r == 0)
            r = note_removed(tree, path.data, ret);
    }
    return r;
}

int trust_changes_plan(const struct tree *tree, const struct trust_store *store,
    const struct trust_bundle *bundle, const struct ca_file *file, struct trust_changes *ret,
    struct error *err)
{
    _cleanup_strings_ struct strings kept = { 0 };
    int r = 0;
    for (size_t i = 0; r == 0 && i < file->count; i++)
        r = plan_one(tree, store, bundle, &file->items[i], ret, &kept);
    if (r == 0)
        r = plan_removals(tree, store, &kept, ret);
    return r < 0 ? trust_refuse_path(tree, store->anchors, "read", r, err) : 0;
}

int trust_store_is_writable(const struct tree *tree, const struct trust_store *store)
{
    _cleanup_mem_ char *path = mem_strdup(store->anchors);
    if (!path)
        return -ENOMEM;
    for (;;) {
        _cleanup_close_ int fd = tree_open_path(tree, path, O_PATH | O_DIRECTORY);
        if (fd >= 0)
            return faccessat(fd, ".", W_OK, AT_EACCESS) == 0 ? 1 : errno == EROFS ? 0 : -errno;
        char *slash = strrchr(path, '/');
        if (fd != -ENOENT || slash == path)
            return fd;
        *slash = '\0'; /* what is not there is made in the directory above it */
    }
}

int trust_changes_write(const struct tree *tree, struct trust_changes *changes, struct error *err)
{
    for (size_t i = 0; i < changes->added.count; i++) {
        const char *path = changes->added.items[i], *content = changes->contents.items[i];
        _cleanup_buffer_ struct buffer bytes = { 0 };
        if (buffer_append_text(&bytes, content) < 0)
            return error_no_memory(err);
        int r = atomic_write(tree, path, &bytes, 0644, NULL);
        if (r < 0)
            return trust_refuse_path(tree, path, "written", r, err);
        changes->is_begun = true;
    }
    for (size_t i = 0; i < changes->removed.count; i++) {
        int r = atomic_remove(tree, changes->removed.items[i], NULL);
        if (r < 0)
            return trust_refuse_path(tree, changes->removed.items[i], "removed", r, err);
        changes->is_begun = true;
    }
    return 0;
}

void trust_changes_free(struct trust_changes *changes)
{
    strings_free(&changes->added);
    strings_free(&changes->removed);
    strings_free(&changes->forgotten);
    strings_free(&changes->contents);
    strings_free(&changes->certificates_removed);
    *changes = (struct trust_changes){ 0 };
}

/* Without being told to begin again, Debian's program leaves the links to a file that is gone; and
 * it does not tell Java's that a CA is gone. */
static int run_forget(
    const struct trust_store *store, const struct trust_changes *changes, struct error *err)
{
    _cleanup_buffer_ struct buffer lines = { 0 };
    int r = 0;
    for (size_t i = 0; r == 0 && i < changes->forgotten.count; i++) {
        const char *name = changes->forgotten.items[i];
        int length = (int) (strlen(name) - strlen(SUFFIX));
        if (is_our_name(name))
            r = buffer_printf(&lines, "-" LINKS "%.*s.pem\n", length, name);
    }
    if (r < 0)
        return error_no_memory(err);
    if (lines.size == 0 || !store->forget || access(store->forget[0], X_OK) < 0)
        return 0;
    return program_must(store->forget, &lines, UPDATE_MAX_S, INSTALL, err);
}

int trust_store_update(
    const struct trust_store *store, const struct trust_changes *changes, struct error *err)
{
    bool is_gone = (changes->is_again || changes->removed.count > 0) && store->rebuild;
    int r =
        program_must(is_gone ? store->rebuild : store->update, NULL, UPDATE_MAX_S, INSTALL, err);
    return r < 0 ? r : run_forget(store, changes, err);
}

/* Whether Java was told of a file of ours, and has not followed. 1, 0 or -ENOMEM. */
static int is_pending(const struct tree *tree, const struct trust_store *store)
{
    _cleanup_buffer_ struct buffer lines = { 0 };
    int r = store->pending ? tree_read(tree, store->pending, CA_FILE_SIZE_MAX, &lines, NULL) : 0;
    if (r < 0)
        return r == -ENOMEM ? r : 0;
    return lines.data && strstr(lines.data, LINKS OURS);
}

/* dpkg leaves out a package that it was interrupted at, and update-ca-certificates says nothing. */
int trust_store_finish(const struct tree *tree, const struct trust_store *store, struct error *err)
{
    _cleanup_buffer_ struct buffer state = { 0 };
    int r = is_pending(tree, store);
    if (r < 0)
        return error_no_memory(err);
    if (r == 0 || trust_store_is_writable(tree, store) <= 0 || program_is_of_package() ||
        program_run(store->state, NULL, (uint64_t) FINISH_MAX_S * 1000, &state) < 0 ||
        !state.data || strcmp(state.data, "half-configured") != 0)
        return 0;
    r = program_must(store->finish, NULL, FINISH_MAX_S, INSTALL, err);
    return r < 0 ? r : 1;
}

/* What a walk through the directory works on. */
struct anchor_walk {
    const struct tree *tree;
    struct strings *ret;
};

/* The name of a temporary file has that of the file in it: files/temporary.h. */
static int sweep_entry(const struct walk_entry *entry, void *data)
{
    const struct anchor_walk *walk = data;
    const char *end = strstr(entry->name, SUFFIX ".");
    if (entry->event != WALK_FILE || !end || strncmp(entry->name, "." OURS, strlen("." OURS)) != 0)
        return 0;
    _cleanup_buffer_ struct buffer path = { 0 };
    int directory = (int) (entry->name - entry->path),
        length = (int) (end + strlen(SUFFIX) - entry->name - 1);
    if (buffer_printf(&path, "%.*s%.*s", directory, entry->path, length, entry->name + 1) < 0)
        return -ENOMEM;
    return leftover_sweep(walk->tree, path.data, walk->ret);
}

int trust_store_sweep(
    const struct tree *tree, const struct trust_store *store, struct strings *told)
{
    struct anchor_walk walk = { .tree = tree, .ret = told };
    int r = walk_tree(tree, store->anchors, WALK_STAY, sweep_entry, &walk);
    return r == -ENOMEM ? r : 0;
}

static int visit_anchor(const struct walk_entry *entry, void *data)
{
    const struct anchor_walk *walk = data;
    _cleanup_buffer_ struct buffer bytes = { 0 };
    _cleanup_trust_bundle_ struct trust_bundle certificates = { 0 };
    if (entry->event != WALK_FILE && entry->event != WALK_LINK)
        return 0;
    int r = tree_read(walk->tree, entry->path, CA_FILE_SIZE_MAX, &bytes, NULL);
    if (r < 0)
        return r == -ENOMEM ? r : 0;
    r = bundle_add(&bytes, &certificates);
    return r == 0 && certificates.broken > 0 ? strings_append(walk->ret, entry->path) : r;
}

int trust_store_find_broken(
    const struct tree *tree, const struct trust_store *store, struct strings *paths)
{
    struct anchor_walk walk = { .tree = tree, .ret = paths };
    int r = walk_tree(tree, store->anchors, WALK_MOUNTS, visit_anchor, &walk);
    return r == -ENOMEM ? r : 0;
}

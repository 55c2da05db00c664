/* SPDX-License-Identifier: MIT */
/* Libraries are asked for the versions that they have now, which need not be those of the build. */

#include "cli/version.h"

#include <cjson/cJSON.h>
#include <curl/curl.h>
#include <link.h>
#include <openssl/crypto.h>
#include <stdbool.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "lib/array.h"
#include "unpack/codec.h"

/* The name of a shared object's file, with the version behind ".so.". */
struct object {
    const char *library; /* the name begins so */
    char file[256];      /* "": it is not in this process */
};

static int note_object(struct dl_phdr_info *info, size_t size, void *data)
{
    struct object *object = data;
    const char *slash = strrchr(info->dlpi_name, '/');
    const char *file = slash ? slash + 1 : info->dlpi_name;
    size_t length = strlen(object->library);
    (void) size;
    if (strncmp(file, object->library, length) != 0 || !strchr(".-", file[length]))
        return 0;
    /* The loader has opened a link of the major version. */
    ssize_t target = readlink(info->dlpi_name, object->file, sizeof(object->file) - 1);
    if (target >= 0)
        object->file[target] = '\0';
    else
        (void) snprintf(object->file, sizeof(object->file), "%s", file);
    return 1;
}

static bool find_object(struct object *object)
{
    return dl_iterate_phdr(note_object, object) != 0;
}

static const char *curl_library_version(void)
{
    return curl_version_info(CURLVERSION_NOW)->version;
}

/* "OpenSSL 3.0.19 27 Jan 2026" */
static const char *crypto_version(void)
{
    const char *text = OpenSSL_version(OPENSSL_VERSION);
    const char *blank = text ? strchr(text, ' ') : NULL;
    return blank ? blank + 1 : text;
}

/* libsystemd does not say; its file does. A call has it loaded, where it is found at run time. */
static const char *systemd_version(void)
{
    static struct object object = { .library = "libsystemd" };
    (void) sd_booted();
    if (!find_object(&object))
        return NULL;
    const char *version = strstr(object.file, ".so.");
    return version ? version + 4 : object.file;
}

static const char *codec_version(const struct codec *codec)
{
    return codec ? codec->version() : "";
}

static const char *zlib_version_text(void)
{
    return codec_version(codec_gzip);
}

static const char *lzma_version_text(void)
{
    return codec_version(codec_xz);
}

static const char *zstd_version_text(void)
{
    return codec_version(codec_zstd);
}

static const char *bzip2_version_text(void)
{
    return codec_version(codec_bzip2);
}

static const struct {
    const char *name, *object;
    /* The number, before a blank or a comma; NULL: not on this machine; "": not built in. */
    const char *(*version)(void);
} libraries[] = {
    { "libcurl", "libcurl", curl_library_version },
    { "cJSON", "libcjson", cJSON_Version },
    { "libsystemd", "libsystemd", systemd_version },
    { "libcrypto", "libcrypto", crypto_version },
    { "zlib", "libz", zlib_version_text },
    { "liblzma", "liblzma", lzma_version_text },
    { "libzstd", "libzstd", zstd_version_text },
    { "libbz2", "libbz2", bzip2_version_text },
};

static void print_library(FILE *file, const char *name, const char *library, const char *version)
{
    struct object object = { .library = library };
    const char *how = find_object(&object) ? "shared" : "linked in";
    if (!version || !*version)
        (void) fprintf(file, "%s: %s\n", name, version ? "not built in" : "not on this machine");
    else
        (void) fprintf(file, "%s %.*s (%s)\n", name, (int) strcspn(version, " ,"), version, how);
}

void version_print(FILE *file)
{
    const char *tls = curl_version_info(CURLVERSION_NOW)->ssl_version;
    (void) fputs("ec2-bootstrap " EC2_BOOTSTRAP_VERSION "\n", file);
    for (size_t i = 0; i < ELEMENTSOF(libraries); i++)
        print_library(file, libraries[i].name, libraries[i].object, libraries[i].version());
    (void) fprintf(file, "TLS: %s\n", tls && *tls ? tls : "none");
#ifdef EC2_BOOTSTRAP_LINKED
    (void) fputs("linked in from: " EC2_BOOTSTRAP_LINKED "\n", file);
#endif
}

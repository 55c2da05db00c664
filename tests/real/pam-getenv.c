/* SPDX-License-Identifier: MIT */
/*
 * Prints the environment that PAM makes of an environment file: what a login, cron or su would get
 * from it, read by the installed pam_env.so itself.
 *
 *   pam-getenv FILE
 *
 * Needs no privilege: the PAM service is one of its own, in a temporary folder.
 */

#include <errno.h>
#include <security/pam_appl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SERVICE "pam-getenv"

/* A folder with the service file, and with the settings of pam_env.so that say nothing. */
struct service {
    char folder[64];
    char file[96];
    char settings[96];
};

static bool write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");

    if (!file)
        return false;
    bool written = fputs(text, file) >= 0;
    return fclose(file) == 0 && written;
}

static void remove_service(const struct service *service)
{
    (void) unlink(service->file);
    (void) unlink(service->settings);
    (void) rmdir(service->folder);
}

/* Makes a service whose session reads environment_file, an absolute path without ']'. */
static bool make_service(struct service *ret_service, const char *environment_file)
{
    struct service *service = ret_service;
    char text[8192];

    (void) snprintf(service->folder, sizeof(service->folder), "/tmp/pam-getenv.XXXXXX");
    if (!mkdtemp(service->folder))
        return false;
    (void) snprintf(service->file, sizeof(service->file), "%s/" SERVICE, service->folder);
    (void) snprintf(service->settings, sizeof(service->settings), "%s/env.conf", service->folder);

    /* The brackets keep an argument with blanks in one piece: pam.d(5). */
    int length = snprintf(text, sizeof(text),
        "session required pam_env.so readenv=1 user_readenv=0 [conffile=%s] [envfile=%s]\n",
        service->settings, environment_file);
    if ((size_t) length < sizeof(text) && write_file(service->settings, "# nothing\n") &&
        write_file(service->file, text))
        return true;
    remove_service(service);
    return false;
}

static int refuse_to_talk(
    int count, const struct pam_message **messages, struct pam_response **responses, void *data)
{
    (void) count, (void) messages, (void) responses, (void) data;
    return PAM_CONV_ERR;
}

/* Opens the session and prints its environment. Returns a PAM status. */
static int print_session_environment(pam_handle_t *pam)
{
    int status = pam_open_session(pam, PAM_SILENT);
    if (status != PAM_SUCCESS)
        return status;

    char **environment = pam_getenvlist(pam);
    if (!environment)
        return PAM_BUF_ERR;
    for (char **entry = environment; *entry; entry++) {
        (void) puts(*entry);
        free(*entry);
    }
    free(environment);
    return pam_close_session(pam, PAM_SILENT);
}

int main(int argc, char **argv)
{
    static const struct pam_conv conversation = { .conv = refuse_to_talk };
    struct service service;
    pam_handle_t *pam = NULL;

    if (argc != 2) {
        (void) fprintf(stderr, "usage: pam-getenv FILE\n");
        return 64;
    }
    /* pam_env.so itself passes over a file that is not there, and a test would see no variables. */
    char *file = realpath(argv[1], NULL);
    if (!file || strchr(file, ']') || access(file, R_OK) < 0 || !make_service(&service, file)) {
        (void) fprintf(stderr, "pam-getenv: %s: %s\n", argv[1], strerror(errno));
        free(file);
        return 1;
    }
    free(file);

    int status = pam_start_confdir(SERVICE, "nobody", &conversation, service.folder, &pam);
    if (status == PAM_SUCCESS)
        status = print_session_environment(pam);
    if (status != PAM_SUCCESS)
        (void) fprintf(stderr, "pam-getenv: %s: %s\n", argv[1], pam_strerror(pam, status));
    (void) pam_end(pam, status);
    remove_service(&service);
    return status == PAM_SUCCESS ? 0 : 1;
}

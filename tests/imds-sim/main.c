/* SPDX-License-Identifier: MIT */
/* imds-sim: a metadata service of EC2 for tests, which can also give every answer that the real one
 * never should. This file reads the options and puts the parts together. */

#include <errno.h>
#include <getopt.h>
#include <string.h>
#include <sysexits.h>

#include "clock.h"
#include "lib/cleanup.h"
#include "listener.h"
#include "server.h"

#define LISTEN_MAX 16
/* An hour: more is a typing error. */
#define LATENCY_MS_MAX 3600000.0

struct options {
    const char *listen[LISTEN_MAX];
    size_t listen_count;
    const char *tree;
    const char *scenario;
    const char *log;
    const char *stats;
    double latency_ms;
    uint64_t seed;
    bool help;
};

static const char help_text[] =
    "usage: imds-sim --tree FILE [OPTION...]\n"
    "\n"
    "Serves the metadata tree of an EC2 instance, for tests.\n"
    "\n"
    "  --tree FILE         the tree (JSON)\n"
    "  --scenario FILE     the faults to play (JSON)\n"
    "  --listen ADDR:PORT  on loopback; again for more; default 127.0.0.1:0, port 0 is any\n"
    "  --latency MS        before each answer; may be a fraction\n"
    "  --log FILE          one line of JSON for each request\n"
    "  --stats FILE        counts, written at the end and on SIGUSR1 (JSON)\n"
    "  --seed N            for the chances of a scenario; default 1\n"
    "  --help              this text\n"
    "\n"
    "Prints one URL for each listener when it serves; ends on SIGTERM and SIGINT.\n";

enum option_code { HELP = 1, TREE, SCENARIO, LISTEN, LATENCY, LOG, STATS, SEED };

static const struct option long_options[] = {
    { "tree", required_argument, NULL, TREE },
    { "scenario", required_argument, NULL, SCENARIO },
    { "listen", required_argument, NULL, LISTEN },
    { "latency", required_argument, NULL, LATENCY },
    { "log", required_argument, NULL, LOG },
    { "stats", required_argument, NULL, STATS },
    { "seed", required_argument, NULL, SEED },
    { "help", no_argument, NULL, HELP },
    { 0 },
};

static bool parse_latency(const char *text, double *ret)
{
    char *end = NULL;
    double value = strtod(text, &end);
    if (end == text || *end != '\0' || !(value >= 0 && value <= LATENCY_MS_MAX))
        return false;
    *ret = value;
    return true;
}

static bool parse_seed(const char *text, uint64_t *ret)
{
    size_t length = strlen(text);
    if (length == 0 || length > 19 || text[strspn(text, "0123456789")] != '\0')
        return false;
    *ret = strtoull(text, NULL, 10);
    return true;
}

static bool add_listen(struct options *options, const char *text)
{
    if (options->listen_count == LISTEN_MAX)
        return false;
    options->listen[options->listen_count++] = text;
    return true;
}

/* False when the value is not what the option takes. */
static bool set_option(struct options *options, int code, const char *value)
{
    switch (code) {
    case TREE:
        options->tree = value;
        return true;
    case SCENARIO:
        options->scenario = value;
        return true;
    case LISTEN:
        return add_listen(options, value);
    case LATENCY:
        return parse_latency(value, &options->latency_ms);
    case LOG:
        options->log = value;
        return true;
    case STATS:
        options->stats = value;
        return true;
    case SEED:
        return parse_seed(value, &options->seed);
    default:
        options->help = true;
        return true;
    }
}

/* 0, or the exit status after a message. */
static int parse_options(int argc, char **argv, struct options *ret)
{
    *ret = (struct options){ .seed = 1 };
    int code;
    int index = 0;
    while ((code = getopt_long(argc, argv, "", long_options, &index)) != -1) {
        if (code == '?')
            return EX_USAGE;
        if (!set_option(ret, code, optarg)) {
            (void) fprintf(stderr, "imds-sim: bad value of --%s, or too many: %s\n",
                long_options[index].name, optarg);
            return EX_USAGE;
        }
    }
    if (!ret->help && (!ret->tree || optind < argc)) {
        (void) fputs(help_text, stderr);
        return EX_USAGE;
    }
    if (ret->listen_count == 0)
        (void) add_listen(ret, "127.0.0.1:0");
    return 0;
}

static int fail(int status, const char *what, int error)
{
    (void) fprintf(stderr, "imds-sim: %s: %s\n", what, strerror(-error));
    return status;
}

static int load(const struct options *options, struct simulator *ret)
{
    int64_t start = clock_now();
    *ret = (struct simulator){ .latency_ns = (int64_t) (options->latency_ms * (double) NS_PER_MS),
        .started = time(NULL),
        .first_request = CLOCK_NEVER };
    int status = tree_load(options->tree, &ret->tree);
    if (status == 0)
        status = scenario_load(options->scenario, options->seed, &ret->scenario);
    if (status != 0)
        return status;
    int r = journal_open(options->log, options->stats, start, &ret->journal);
    if (r < 0)
        return fail(EX_CANTCREAT, options->log ? options->log : "log", r);
    ret->tokens = tokens_new();
    return ret->tokens ? 0 : fail(EX_OSERR, "tokens", -ENOMEM);
}

/* One listener; its URL comes only when all of them listen. */
static int add_listener(struct server *server, const char *text, int *ret_fd)
{
    union socket_address address;
    int r = listener_parse(text, &address);
    if (r == -EADDRNOTAVAIL) {
        (void) fprintf(stderr,
            "imds-sim: --listen %s: not an address of a loopback interface in this network"
            " namespace; refused, so that no real metadata service is shadowed\n",
            text);
        return EX_USAGE;
    }
    if (r < 0)
        return fail(EX_USAGE, text, r);
    int fd = listener_open(&address);
    if (fd < 0)
        return fail(EX_OSERR, text, fd);
    r = server_add_listener(server, fd);
    if (r < 0)
        return fail(EX_OSERR, text, r);
    *ret_fd = fd;
    return 0;
}

static void cleanup_server(struct server **server)
{
    if (*server)
        server_free(*server);
}

static int serve(const struct options *options, struct simulator *simulator)
{
    _cleanup_(cleanup_server) struct server *server = server_new(simulator);
    if (!server)
        return fail(EX_OSERR, "cannot start", -errno);
    int fds[LISTEN_MAX];
    for (size_t i = 0; i < options->listen_count; i++) {
        int status = add_listener(server, options->listen[i], &fds[i]);
        if (status != 0)
            return status;
    }
    for (size_t i = 0; i < options->listen_count; i++) {
        int r = listener_print(fds[i], stdout);
        if (r < 0)
            return fail(EX_IOERR, "stdout", r);
    }
    int r = server_run(server);
    if (r < 0)
        return fail(EX_OSERR, "epoll", r);
    r = journal_write_stats(&simulator->journal);
    return r < 0 ? fail(EX_CANTCREAT, options->stats, r) : 0;
}

int main(int argc, char **argv)
{
    struct options options;
    int status = parse_options(argc, argv, &options);
    if (status != 0)
        return status;
    if (options.help) {
        (void) fputs(help_text, stdout);
        return 0;
    }
    _cleanup_(simulator_clear) struct simulator simulator = { 0 };
    status = load(&options, &simulator);
    return status != 0 ? status : serve(&options, &simulator);
}

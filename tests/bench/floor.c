/* SPDX-License-Identifier: MIT */
/*
 * The least that a run takes, to compare the agent with: the same seven requests in the same three
 * round trips over raw sockets, one file on a disk and one in /run. It checks nothing that it is
 * sent.
 *
 *   floor ADDRESS PORT ROOT
 *
 * ROOT/etc/environment is replaced durably, with fsync(2) of the file and of its directory, unless
 * it is already right; ROOT/run/proxy.env, which is not to last, is written each time. Exits with 1
 * when anything fails.
 */

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define DATA  "/latest/meta-data/"
#define ROLES DATA "iam/security-credentials/"
#define MACS  DATA "network/interfaces/macs/"

static const char text[] = "http_proxy=http://proxy.corp:3128\nno_proxy=169.254.169.254\n";

enum { CONNECTIONS = 3, ANSWER_MAX = 16384, TEXT_MAX = 512 };

struct connection {
    int fd;
    char answer[ANSWER_MAX];
    const char *body;
};

static void must(bool is_right)
{
    if (!is_right)
        exit(EXIT_FAILURE);
}

static void open_connection(struct connection *connection, const struct sockaddr_in *peer)
{
    int on = 1;
    connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(connection->fd >= 0 &&
         setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) == 0 &&
         connect(connection->fd, (const struct sockaddr *) peer, sizeof(*peer)) == 0);
}

static void ask(
    const struct connection *connection, const char *method, const char *path, const char *header)
{
    char request[2 * TEXT_MAX];
    int size = snprintf(request, sizeof(request), "%s %s HTTP/1.1\r\nHost: imds\r\n%s\r\n\r\n",
        method, path, header);
    must(size > 0 && size < (int) sizeof(request) &&
         write(connection->fd, request, (size_t) size) == size);
}

/* Where the answer ends, or NULL while it is not known. */
static const char *answer_end(struct connection *connection)
{
    const char *end = strstr(connection->answer, "\r\n\r\n");
    const char *length = strcasestr(connection->answer, "content-length:");
    if (!end || !length)
        return NULL;
    connection->body = end + strlen("\r\n\r\n");
    return connection->body + strtoul(length + strlen("content-length:"), NULL, 10);
}

/* Reads the whole answer: its body ends with a NUL. */
static void take(struct connection *connection)
{
    size_t size = 0;
    const char *end = NULL;
    while (!end || connection->answer + size < end) {
        ssize_t n = read(connection->fd, connection->answer + size, ANSWER_MAX - 1 - size);
        must(n > 0);
        size += (size_t) n;
        connection->answer[size] = '\0';
        end = answer_end(connection);
    }
}

/* The size of the first line of the body. */
static int first_line(const struct connection *connection)
{
    return (int) strcspn(connection->body, "\n");
}

static void ask_all(const struct sockaddr_in *peer)
{
    static struct connection connections[CONNECTIONS];
    static const char *const paths[CONNECTIONS] = { ROLES, DATA "placement/region", MACS };
    static const char *const blocks[] = { "vpc-ipv4-cidr-blocks", "vpc-ipv6-cidr-blocks" };
    char header[TEXT_MAX], path[TEXT_MAX];

    open_connection(&connections[0], peer);
    ask(&connections[0], "PUT", "/latest/api/token",
        "Content-Length: 0\r\nX-aws-ec2-metadata-token-ttl-seconds: 300");
    take(&connections[0]);
    must(snprintf(header, sizeof(header), "X-aws-ec2-metadata-token: %.*s",
             first_line(&connections[0]), connections[0].body) < TEXT_MAX);

    for (size_t i = 0; i < CONNECTIONS; i++) {
        if (i > 0)
            open_connection(&connections[i], peer);
        ask(&connections[i], "GET", paths[i], header);
    }
    for (size_t i = 0; i < CONNECTIONS; i++)
        take(&connections[i]);

    must(snprintf(path, sizeof(path), ROLES "%.*s", first_line(&connections[0]),
             connections[0].body) < TEXT_MAX);
    ask(&connections[0], "GET", path, header);
    for (size_t i = 1; i < CONNECTIONS; i++) {
        must(snprintf(path, sizeof(path), MACS "%.*s%s", first_line(&connections[2]),
                 connections[2].body, blocks[i - 1]) < TEXT_MAX);
        ask(&connections[i], "GET", path, header);
    }
    for (size_t i = 0; i < CONNECTIONS; i++)
        take(&connections[i]);
}

static bool is_written(int root, const char *path)
{
    char found[TEXT_MAX];
    int fd = openat(root, path, O_RDONLY | O_CLOEXEC);
    must(fd >= 0);
    ssize_t size = read(fd, found, sizeof(found));
    must(close(fd) == 0);
    return size == sizeof(text) - 1 && memcmp(found, text, sizeof(text) - 1) == 0;
}

static void write_file(int root, const char *path, bool is_durable)
{
    int fd = openat(root, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    must(fd >= 0 && write(fd, text, sizeof(text) - 1) == sizeof(text) - 1 &&
         (!is_durable || fsync(fd) == 0) && close(fd) == 0);
}

int main(int argc, char *argv[])
{
    must(argc == 4);
    struct sockaddr_in peer = { .sin_family = AF_INET,
        .sin_port = htons((uint16_t) strtoul(argv[2], NULL, 10)) };
    must(inet_pton(AF_INET, argv[1], &peer.sin_addr) == 1);
    ask_all(&peer);

    int root = open(argv[3], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    must(root >= 0);
    if (!is_written(root, "etc/environment")) {
        write_file(root, "etc/.environment.new", true);
        must(renameat(root, "etc/.environment.new", root, "etc/environment") == 0);
        int directory = openat(root, "etc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        must(directory >= 0 && fsync(directory) == 0);
    }
    write_file(root, "run/proxy.env", false);
    return EXIT_SUCCESS;
}

/* SPDX-License-Identifier: MIT */
/* One thread, one epoll, one timer: whatever a client does, no other client waits for it. */

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

#include "clock.h"
#include "connection.h"
#include "lib/cleanup.h"
#include "server.h"

#define EVENTS_PER_TURN  256
#define ACCEPTS_PER_TURN 128
#define LISTENERS_MAX    16
#define CLIENTS_MAX      UINT64_C(16384)
/* Descriptors for all that is no client: listeners, epoll, timer, signals, log, stats. */
#define DESCRIPTORS_KEPT (LISTENERS_MAX + 16)

struct source;
typedef void (*ready_function)(struct server *server, struct source *source, uint32_t events);

/* Anything epoll waits for. */
struct source {
    int fd;
    ready_function ready;
};

struct client {
    struct source source; /* first: a source of this kind is a client */
    struct connection *connection;
    struct client *previous;
    struct client *next;
};

struct server {
    struct simulator *simulator;
    int epoll;
    struct source signals;
    struct source timer;
    struct source listeners[LISTENERS_MAX];
    size_t listener_count;
    struct client *clients;
    uint64_t clients_max;
    int64_t next_wake; /* no client has to be woken before */
    int64_t armed;
    sigset_t old_signals;
    bool full; /* the listeners are out of epoll until a client goes */
    bool ended;
};

static int watch(struct server *server, int operation, struct source *source, uint32_t events)
{
    struct epoll_event event = { .events = events, .data.ptr = source };
    return epoll_ctl(server->epoll, operation, source->fd, &event) == 0 ? 0 : -errno;
}

static void set_accepting(struct server *server, bool accepting)
{
    for (size_t i = 0; i < server->listener_count; i++)
        (void) watch(server, EPOLL_CTL_MOD, &server->listeners[i], accepting ? EPOLLIN : 0);
    server->full = !accepting;
}

static void client_remove(struct server *server, struct client *client)
{
    if (client->previous)
        client->previous->next = client->next;
    else
        server->clients = client->next;
    if (client->next)
        client->next->previous = client->previous;
    connection_free(client->connection);
    free(client);
    journal_connection_closed(&server->simulator->journal);
    if (server->full)
        set_accepting(server, true);
}

static void client_advance(struct server *server, struct client *client, int64_t now)
{
    if (!connection_advance(client->connection, server->simulator, now)) {
        client_remove(server, client);
        return;
    }
    int64_t wake = connection_wake(client->connection);
    if (wake < server->next_wake)
        server->next_wake = wake;
}

static void client_ready(struct server *server, struct source *source, uint32_t events)
{
    struct client *client = (struct client *) source;
    if ((events & (EPOLLERR | EPOLLHUP)) != 0)
        client_remove(server, client);
    else
        client_advance(server, client, clock_now());
}

/* Takes the socket. Edge-triggered: a connection always works until it has to wait. */
static int client_add(struct server *server, int fd)
{
    struct connection *connection = connection_new(fd, server->simulator->journal.connections + 1);
    if (!connection)
        return -ENOMEM;
    struct client *client = calloc(1, sizeof(*client));
    if (!client) {
        connection_free(connection);
        return -ENOMEM;
    }
    client->source = (struct source){ .fd = fd, .ready = client_ready };
    client->connection = connection;
    int r =
        watch(server, EPOLL_CTL_ADD, &client->source, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
    if (r < 0) {
        connection_free(connection);
        free(client);
        return r;
    }
    client->next = server->clients;
    if (client->next)
        client->next->previous = client;
    server->clients = client;
    journal_connection_opened(&server->simulator->journal);
    return 0;
}

static void listener_ready(struct server *server, struct source *source, uint32_t events)
{
    (void) events;
    for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
        if (server->simulator->journal.open >= server->clients_max) {
            set_accepting(server, false);
            return;
        }
        int fd = accept4(source->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0 && errno == EMFILE)
            set_accepting(server, false);
        if (fd < 0)
            return;
        /* A byte that drips must go now, not with the next one. */
        const int on = 1;
        (void) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        if (client_add(server, fd) < 0)
            return;
    }
}

static void signals_ready(struct server *server, struct source *source, uint32_t events)
{
    (void) events;
    struct signalfd_siginfo info;
    if (read(source->fd, &info, sizeof(info)) != (ssize_t) sizeof(info))
        return;
    if (info.ssi_signo != SIGUSR1) {
        server->ended = true;
        return;
    }
    int r = journal_write_stats(&server->simulator->journal);
    if (r < 0)
        (void) fprintf(stderr, "imds-sim: stats: %s\n", strerror(-r));
}

static void timer_ready(struct server *server, struct source *source, uint32_t events)
{
    (void) events;
    uint64_t expirations;
    /* What is due is found after all events; the read only quiets the timer. */
    if (read(source->fd, &expirations, sizeof(expirations)) > 0)
        server->armed = CLOCK_NEVER;
}

static void wake_clients(struct server *server)
{
    int64_t now = clock_now();
    if (now < server->next_wake)
        return;
    server->next_wake = CLOCK_NEVER;
    struct client *next = NULL;
    for (struct client *client = server->clients; client; client = next) {
        next = client->next;
        int64_t wake = connection_wake(client->connection);
        if (wake <= now)
            client_advance(server, client, now);
        else if (wake < server->next_wake)
            server->next_wake = wake;
    }
}

static int arm_timer(struct server *server)
{
    if (server->next_wake == server->armed)
        return 0;
    server->armed = server->next_wake;
    /* All zero disarms. */
    struct itimerspec when = { 0 };
    if (server->armed != CLOCK_NEVER) {
        when.it_value.tv_sec = (time_t) (server->armed / NS_PER_SECOND);
        when.it_value.tv_nsec = (long) (server->armed % NS_PER_SECOND);
    }
    return timerfd_settime(server->timer.fd, TFD_TIMER_ABSTIME, &when, NULL) == 0 ? 0 : -errno;
}

int server_run(struct server *server)
{
    struct epoll_event events[EVENTS_PER_TURN];
    while (!server->ended) {
        int r = arm_timer(server);
        if (r < 0)
            return r;
        int count = epoll_wait(server->epoll, events, EVENTS_PER_TURN, -1);
        if (count < 0 && errno != EINTR)
            return -errno;
        for (int i = 0; i < count; i++) {
            struct source *source = events[i].data.ptr;
            source->ready(server, source, events[i].events);
        }
        wake_clients(server);
    }
    return 0;
}

/* As many clients as the system lets this process have descriptors for. */
static uint64_t raise_limits(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return 1;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
        (void) getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur >= CLIENTS_MAX + DESCRIPTORS_KEPT)
        return CLIENTS_MAX;
    return limit.rlim_cur > DESCRIPTORS_KEPT ? limit.rlim_cur - DESCRIPTORS_KEPT : 1;
}

static int open_signals(struct server *server)
{
    sigset_t signals;
    (void) sigemptyset(&signals);
    (void) sigaddset(&signals, SIGTERM);
    (void) sigaddset(&signals, SIGINT);
    (void) sigaddset(&signals, SIGUSR1);
    (void) sigprocmask(SIG_BLOCK, &signals, &server->old_signals);
    return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

struct server *server_new(struct simulator *simulator)
{
    struct server *server = calloc(1, sizeof(*server));
    if (!server)
        return NULL;
    server->simulator = simulator;
    server->clients_max = raise_limits();
    server->next_wake = CLOCK_NEVER;
    server->armed = CLOCK_NEVER;
    server->epoll = epoll_create1(EPOLL_CLOEXEC);
    server->signals = (struct source){ .fd = open_signals(server), .ready = signals_ready };
    server->timer =
        (struct source){ .fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK),
            .ready = timer_ready };
    if (server->epoll < 0 || watch(server, EPOLL_CTL_ADD, &server->signals, EPOLLIN) < 0 ||
        watch(server, EPOLL_CTL_ADD, &server->timer, EPOLLIN) < 0) {
        int saved = errno;
        server_free(server);
        errno = saved;
        return NULL;
    }
    return server;
}

void server_free(struct server *server)
{
    server->full = false;
    while (server->clients)
        client_remove(server, server->clients);
    for (size_t i = 0; i < server->listener_count; i++)
        cleanup_close(&server->listeners[i].fd);
    cleanup_close(&server->timer.fd);
    cleanup_close(&server->signals.fd);
    cleanup_close(&server->epoll);
    (void) sigprocmask(SIG_SETMASK, &server->old_signals, NULL);
    free(server);
}

int server_add_listener(struct server *server, int fd)
{
    if (server->listener_count == LISTENERS_MAX) {
        cleanup_close(&fd);
        return -ENOSPC;
    }
    struct source *source = &server->listeners[server->listener_count++];
    *source = (struct source){ .fd = fd, .ready = listener_ready };
    return watch(server, EPOLL_CTL_ADD, source, EPOLLIN);
}

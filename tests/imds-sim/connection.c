/* SPDX-License-Identifier: MIT */
/* A connection is a state machine: each state has one step, run until it has to wait. */

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "clock.h"
#include "connection.h"
#include "lib/cleanup.h"

/* The head of a request; a longer one is refused. */
#define HEAD_SIZE_MAX 16384
/* Steps in one turn, so that a client that never stops sending starves no other. */
#define STEPS_PER_TURN 64
/* After the last byte we wait this long for the client's end: closing at once while its bytes are
 * unread would reset the connection, and the client could lose the answer. */
#define LINGER_NS NS_PER_SECOND

enum state { READING, WAITING, SENDING, DRAINING };

/* What a step came to. */
enum progress { GO_ON, BLOCKED, OVER };

struct connection {
    int fd;
    enum state state;
    uint64_t number;
    uint64_t requests;
    int64_t due; /* when the state goes on by itself */
    int64_t wake;
    uint64_t body_left; /* of the last request, not yet skipped */
    struct wire wire;
    size_t sent;
    size_t in_size;
    char in[HEAD_SIZE_MAX];
};

struct connection *connection_new(int fd, uint64_t number)
{
    struct connection *connection = malloc(sizeof(*connection));
    if (!connection) {
        (void) close(fd);
        return NULL;
    }
    connection->fd = fd;
    connection->state = READING;
    connection->number = number;
    connection->requests = 0;
    connection->due = CLOCK_NEVER;
    connection->wake = CLOCK_NEVER;
    connection->body_left = 0;
    connection->wire = (struct wire){ 0 };
    connection->sent = 0;
    connection->in_size = 0;
    return connection;
}

void connection_free(struct connection *connection)
{
    (void) close(connection->fd);
    wire_clear(&connection->wire);
    free(connection);
}

int64_t connection_wake(const struct connection *connection)
{
    return connection->wake;
}

static void consume(struct connection *connection, size_t size)
{
    connection->in_size -= size;
    memmove(connection->in, connection->in + size, connection->in_size);
}

static void skip_body(struct connection *connection)
{
    size_t size = connection->in_size;
    if (size > connection->body_left)
        size = (size_t) connection->body_left;
    connection->body_left -= size;
    consume(connection, size);
}

/* The size of the head at the start of the input, or 0 when it is not all there. A head that fills
 * the input is taken as it is: it is too long, and refused as malformed. */
static size_t find_head(const struct connection *connection)
{
    static const char end[] = "\r\n\r\n";
    const char *found = memmem(connection->in, connection->in_size, end, sizeof(end) - 1);
    if (found)
        return (size_t) (found - connection->in) + sizeof(end) - 1;
    return connection->in_size == sizeof(connection->in) ? connection->in_size : 0;
}

static enum progress receive(struct connection *connection, char *to, size_t size)
{
    ssize_t n = recv(connection->fd, to, size, 0);
    if (n > 0) {
        connection->in_size += (size_t) n;
        return GO_ON;
    }
    return n < 0 && (errno == EAGAIN || errno == EINTR) ? BLOCKED : OVER;
}

static enum progress step_read(
    struct connection *connection, struct simulator *simulator, int64_t now)
{
    skip_body(connection);
    size_t head_size = connection->body_left == 0 ? find_head(connection) : 0;
    if (head_size == 0)
        return receive(connection, connection->in + connection->in_size,
            sizeof(connection->in) - connection->in_size);

    const struct arrival arrival = {
        .connection = connection->number, .request = ++connection->requests, .when = now
    };
    wire_clear(&connection->wire);
    if (exchange_run(simulator, &arrival, connection->in, head_size, &connection->wire,
            &connection->body_left) < 0)
        return OVER;
    consume(connection, head_size);
    connection->sent = 0;
    connection->due = now + connection->wire.delay_ns;
    connection->state = WAITING;
    return GO_ON;
}

static enum progress step_wait(
    struct connection *connection, struct simulator *simulator, int64_t now)
{
    (void) simulator;
    if (now < connection->due)
        return BLOCKED;
    connection->due = CLOCK_NEVER;
    connection->state = SENDING;
    return GO_ON;
}

static enum progress end_keep(struct connection *connection, int64_t now)
{
    (void) now;
    connection->state = READING;
    return GO_ON;
}

static enum progress end_close(struct connection *connection, int64_t now)
{
    if (shutdown(connection->fd, SHUT_WR) < 0)
        return OVER;
    connection->due = now + LINGER_NS;
    connection->state = DRAINING;
    return GO_ON;
}

static enum progress end_reset(struct connection *connection, int64_t now)
{
    (void) now;
    const struct linger none = { .l_onoff = 1, .l_linger = 0 };
    (void) setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
    return OVER;
}

static enum progress end_hang(struct connection *connection, int64_t now)
{
    (void) now;
    connection->state = DRAINING;
    return GO_ON;
}

static enum progress end_answer(struct connection *connection, int64_t now)
{
    static enum progress (*const endings[])(struct connection *, int64_t) = {
        [END_KEEP] = end_keep,
        [END_CLOSE] = end_close,
        [END_RESET] = end_reset,
        [END_HANG] = end_hang,
    };
    connection->due = CLOCK_NEVER;
    return endings[connection->wire.end](connection, now);
}

/* How many of the bytes may go now, given that those that drip go one by one. */
static size_t send_limit(const struct connection *connection, int64_t *ret_drip_ns)
{
    const struct wire *wire = &connection->wire;
    bool in_head = connection->sent < wire->head_size;
    *ret_drip_ns = in_head ? wire->drip_head_ns : wire->drip_body_ns;
    if (*ret_drip_ns > 0)
        return 1;
    size_t until = in_head && wire->drip_body_ns > 0 ? wire->head_size : wire->send_size;
    if (until > wire->send_size)
        until = wire->send_size;
    return until - connection->sent;
}

static enum progress step_send(
    struct connection *connection, struct simulator *simulator, int64_t now)
{
    (void) simulator;
    if (connection->due != CLOCK_NEVER && now < connection->due)
        return BLOCKED;
    connection->due = CLOCK_NEVER;
    if (connection->sent >= connection->wire.send_size)
        return end_answer(connection, now);
    int64_t drip_ns = 0;
    size_t limit = send_limit(connection, &drip_ns);
    ssize_t n =
        send(connection->fd, connection->wire.bytes.data + connection->sent, limit, MSG_NOSIGNAL);
    if (n < 0)
        return errno == EAGAIN || errno == EINTR ? BLOCKED : OVER;
    connection->sent += (size_t) n;
    if (drip_ns > 0)
        connection->due = now + drip_ns;
    return GO_ON;
}

static enum progress step_drain(
    struct connection *connection, struct simulator *simulator, int64_t now)
{
    (void) simulator;
    if (now >= connection->due)
        return OVER;
    connection->in_size = 0;
    return receive(connection, connection->in, sizeof(connection->in));
}

bool connection_advance(struct connection *connection, struct simulator *simulator, int64_t now)
{
    static enum progress (*const steps[])(struct connection *, struct simulator *, int64_t) = {
        [READING] = step_read,
        [WAITING] = step_wait,
        [SENDING] = step_send,
        [DRAINING] = step_drain,
    };
    enum progress progress = GO_ON;
    for (int i = 0; i < STEPS_PER_TURN && progress == GO_ON; i++)
        progress = steps[connection->state](connection, simulator, now);
    connection->wake = progress == GO_ON ? now : connection->due;
    return progress != OVER;
}

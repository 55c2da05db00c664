/* SPDX-License-Identifier: MIT */
/* agent/imds/received.c: how many bytes the peers of connections have sent. */

#include "imds/received.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"

/* A connection to a peer that has sent so many bytes, which have arrived. */
static int connect_peer(const char *bytes, size_t size)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof(address);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    char arrived[16];
    check_number("bind", bind(listener, (struct sockaddr *) &address, length), 0);
    check_number("listen", listen(listener, 1), 0);
    check_number("its port", getsockname(listener, (struct sockaddr *) &address, &length), 0);
    check_number("connect", connect(fd, (struct sockaddr *) &address, length), 0);
    int peer = accept(listener, NULL, NULL);
    check_number("send", send(peer, bytes, size, MSG_NOSIGNAL), (ssize_t) size);
    check_number("arrive", recv(fd, arrived, size, MSG_WAITALL), (ssize_t) size);
    (void) close(listener);
    return fd; /* its peer stays: the end of what it sends would count, too */
}

static void test_counts(void **state)
{
    struct received received = { 0 };
    (void) state;
    int first = connect_peer("12345", 5);
    received_add(&received, first);
    check_number("before it begins", (long) received_now(&received), 5);
    received_begin(&received, 10);
    check_number("what came earlier", (long) received_now(&received), 0);
    int second = connect_peer("123", 3);
    received_add(&received, second);
    check_number("of another one", (long) received_now(&received), 3);
    received_remove(&received, second);
    (void) close(second);
    check_number("also when it is closed", (long) received_now(&received), 3);
    received_begin(&received, 10);
    (void) close(first);
    check_number("what the kernel does not tell any more", (long) received_now(&received), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts),
    };
    return cmocka_run_group_tests(tests, check_start, NULL);
}

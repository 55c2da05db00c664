/* SPDX-License-Identifier: MIT */
/* getaddrinfo(3) waits as long as resolv.conf says, ten seconds and more, and cannot be stopped;
 * the timeout of libcurl does not bound it. So a child asks, which can be killed. */

#include "lib/resolve.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/array.h"
#include "lib/cleanup.h"
#include "lib/clock.h"

enum { ADDRESSES_MAX = 8 };

/* What the child tells of a name: small enough to be written as a whole. */
struct reply {
    size_t index; /* of the name */
    int result;
    unsigned int count;
    char addresses[ADDRESSES_MAX][INET6_ADDRSTRLEN];
};

_Static_assert(sizeof(struct reply) <= PIPE_BUF, "a reply is written as a whole");

static int resolve_result_of(int code)
{
    static const struct {
        int code, result;
    } results[] = {
        { 0, 0 },
        { EAI_NONAME, -ENOENT },
        { EAI_NODATA, -ENOENT },
        { EAI_ADDRFAMILY, -ENOENT },
        { EAI_MEMORY, -ENOMEM },
    };
    for (size_t i = 0; i < ELEMENTSOF(results); i++)
        if (results[i].code == code)
            return results[i].result;
    return -EAGAIN;
}

static void take_address(const struct addrinfo *found, struct reply *reply)
{
    const void *bytes = NULL;
    struct sockaddr_in ipv4;
    struct sockaddr_in6 ipv6;
    if (found->ai_family == AF_INET && found->ai_addrlen >= sizeof(ipv4)) {
        memcpy(&ipv4, found->ai_addr, sizeof(ipv4));
        bytes = &ipv4.sin_addr;
    } else if (found->ai_family == AF_INET6 && found->ai_addrlen >= sizeof(ipv6)) {
        memcpy(&ipv6, found->ai_addr, sizeof(ipv6));
        bytes = &ipv6.sin6_addr;
    }
    char *text = reply->addresses[reply->count];
    if (bytes && inet_ntop(found->ai_family, bytes, text, INET6_ADDRSTRLEN))
        reply->count++;
}

/* The hosts file has whole names without the dot at their end; that the search list stays out is
 * said in another way: resolv.conf(5). */
static int ask_for(const char *name, struct addrinfo **ret)
{
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
    char text[NI_MAXHOST];
    size_t length = strlen(name);
    if (length < 2 || length >= sizeof(text) || name[length - 1] != '.')
        return getaddrinfo(name, NULL, &hints, ret);
    memcpy(text, name, length - 1);
    text[length - 1] = '\0';
    (void) setenv("LOCALDOMAIN", ".", 1);
    return getaddrinfo(text, NULL, &hints, ret);
}

static void resolve_one(const char *name, struct reply *reply)
{
    struct addrinfo *found = NULL;
    reply->result = resolve_result_of(ask_for(name, &found));
    for (; found && reply->count < ADDRESSES_MAX; found = found->ai_next)
        take_address(found, reply);
    if (reply->result == 0 && reply->count == 0)
        reply->result = -ENOENT;
}

/* Does not return: nothing that the parent would do at its end is the child's to do. */
static _Noreturn void resolve_in_child(
    const struct resolution resolutions[], size_t count, int to_parent)
{
    (void) prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (size_t i = 0; i < count; i++) {
        struct reply reply = { .index = i };
        if (!resolutions[i].name)
            continue;
        resolve_one(resolutions[i].name, &reply);
        if (write(to_parent, &reply, sizeof(reply)) != sizeof(reply))
            _exit(EXIT_FAILURE);
    }
    _exit(EXIT_SUCCESS);
}

/* 1 and *ret; 0: the child has ended; or -ETIMEDOUT. */
static int await_reply(int from_child, uint64_t end_ms, struct reply *ret)
{
    for (uint64_t now_ms; (now_ms = clock_now_ms()) < end_ms;) {
        uint64_t left_ms = end_ms - now_ms;
        struct pollfd wait = { .fd = from_child, .events = POLLIN };
        if (poll(&wait, 1, left_ms < INT_MAX ? (int) left_ms : INT_MAX) <= 0)
            continue;
        return read(from_child, ret, sizeof(*ret)) == sizeof(*ret);
    }
    return -ETIMEDOUT;
}

static int take_reply(const struct reply *reply, struct resolution *ret)
{
    int r = 0;
    ret->result = reply->result;
    for (unsigned int i = 0; r == 0 && i < reply->count && i < ELEMENTSOF(reply->addresses); i++)
        r = strings_append(&ret->addresses, reply->addresses[i]);
    return r;
}

/* What has no reply has the result of the wait for it. A child that ends early has learned nothing
 * of the rest. 0 or -ENOMEM. */
static int take_replies(
    struct resolution resolutions[], size_t count, int from_child, uint64_t end_ms)
{
    int r = 1;
    for (size_t left = count; left > 0; left--) {
        struct reply reply;
        r = await_reply(from_child, end_ms, &reply);
        if (r <= 0)
            break;
        if (reply.index < count && take_reply(&reply, &resolutions[reply.index]) < 0)
            return -ENOMEM;
    }
    for (size_t i = 0; r == 0 && i < count; i++)
        if (resolutions[i].result == -ETIMEDOUT)
            resolutions[i].result = -EAGAIN;
    return 0;
}

int resolve_names(struct resolution resolutions[], size_t count, uint64_t timeout_ms)
{
    int ends[2];
    uint64_t end_ms = clock_now_ms() + timeout_ms;
    for (size_t i = 0; i < count; i++)
        resolutions[i].result = -ETIMEDOUT;
    if (pipe2(ends, O_CLOEXEC) < 0)
        return -errno;
    _cleanup_close_ int from_child = ends[0];
    _cleanup_close_ int to_parent = ends[1];
    pid_t child = fork();
    if (child < 0)
        return -errno;
    if (child == 0)
        resolve_in_child(resolutions, count, to_parent);
    (void) close(take_fd(&to_parent));
    int r = take_replies(resolutions, count, from_child, end_ms);
    (void) kill(child, SIGKILL);
    (void) waitpid(child, NULL, 0);
    return r;
}

int resolve_name(const char *name, uint64_t timeout_ms, struct strings *ret)
{
    struct resolution resolution = { .name = name };
    int r = resolve_names(&resolution, 1, timeout_ms);
    if (r == 0)
        r = resolution.result;
    if (r == 0)
        r = strings_append_all(ret, &resolution.addresses);
    strings_free(&resolution.addresses);
    return r;
}

const char *resolve_result_text(int result)
{
    static const struct {
        int result;
        const char *text;
    } texts[] = {
        { -ENOENT, "there is no such host" },
        { -EAGAIN, "the name cannot be resolved for now" },
        { -ETIMEDOUT, "the name is not resolved in time" },
    };
    for (size_t i = 0; i < ELEMENTSOF(texts); i++)
        if (texts[i].result == result)
            return texts[i].text;
    return strerror(-result);
}

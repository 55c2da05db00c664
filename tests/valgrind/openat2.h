/* What goes over the socket between the program under valgrind and the process that calls
 * openat2(2) for it: a question with the directory's descriptor, and an answer with the file's. */
#pragma once

#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/socket.h>

/* The program's end of the socket: out of the way of a program that counts its descriptors. The
 * agent clears its environment, so that cannot say it. */
enum { OPENAT2_SOCKET = 200 };

struct openat2_question {
    struct open_how how;
    char path[PATH_MAX];
};

struct openat2_answer {
    int failure; /* an errno, or 0: a descriptor comes with it */
};

/* One message of `size` bytes, with a descriptor unless that is negative. */
static inline ssize_t openat2_send(int to, void *bytes, size_t size, int fd)
{
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = { 0 };
    struct iovec part = { .iov_base = bytes, .iov_len = size };
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
    if (fd >= 0) {
        control.header = (struct cmsghdr){
            .cmsg_len = CMSG_LEN(sizeof(fd)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS
        };
        memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
        message.msg_control = &control;
        message.msg_controllen = sizeof(control);
    }
    return sendmsg(to, &message, MSG_NOSIGNAL);
}

/* *ret_fd is -1 when none came. */
static inline ssize_t openat2_receive(int from, void *bytes, size_t size, int *ret_fd)
{
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = { 0 };
    struct iovec part = { .iov_base = bytes, .iov_len = size };
    struct msghdr message = { .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = &control,
        .msg_controllen = sizeof(control) };
    ssize_t length = recvmsg(from, &message, MSG_CMSG_CLOEXEC);
    const struct cmsghdr *header = length > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    *ret_fd = -1;
    if (header && header->cmsg_type == SCM_RIGHTS)
        memcpy(ret_fd, CMSG_DATA(header), sizeof(*ret_fd));
    return length;
}

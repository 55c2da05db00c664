/* SPDX-License-Identifier: MIT */
/* System calls that fail: the kernel hands those of one number to this process itself (seccomp's
 * SIGSYS), which makes the call, or does not. All others go on as ever. It takes three microseconds
 * where strace takes fifty. */

#include "preload.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#if !defined(__x86_64__) && !defined(__cppcheck__)
#error "written for x86-64 alone"
#endif

static long wanted = -1;
static uint64_t wanted_number, seen, *count_failed;
static int wanted_error;

/* What is called from here is let through. The address is fixed in the filter. */
extern const char calls_gate_end[];
long calls_really(long call, long a, long b, long c, long d, long e, long f);
__asm__(".pushsection .text\n"
        "calls_really:\n"
        "    mov %rdi, %rax\n"
        "    mov %rsi, %rdi\n"
        "    mov %rdx, %rsi\n"
        "    mov %rcx, %rdx\n"
        "    mov %r8, %r10\n"
        "    mov %r9, %r8\n"
        "    mov 8(%rsp), %r9\n"
        "    syscall\n"
        "calls_gate_end:\n"
        "    ret\n"
        ".popsection\n");

bool calls_fail(long call)
{
    if (call != wanted || ++seen != wanted_number)
        return false;
    ++*count_failed;
    if (wanted_error == CALLS_KILL)
        (void) calls_really(
            SYS_kill, calls_really(SYS_getpid, 0, 0, 0, 0, 0, 0), SIGKILL, 0, 0, 0, 0);
    errno = wanted_error;
    return true;
}

static void on_call(int signal, siginfo_t *info, void *context)
{
    (void) signal;
    greg_t *registers = ((ucontext_t *) context)->uc_mcontext.gregs;
    int before = errno;
    registers[REG_RAX] =
        calls_fail(info->si_syscall)
            ? -errno
            : calls_really(info->si_syscall, registers[REG_RDI], registers[REG_RSI],
                  registers[REG_RDX], registers[REG_R10], registers[REG_R8], registers[REG_R9]);
    errno = before;
}

void calls_begin(long call, uint64_t number, int error, uint64_t *failed)
{
    wanted = call;
    wanted_number = number;
    wanted_error = error;
    count_failed = failed;
    if (call == SYS_vfork)
        return; /* preload.c asks by itself */
    const uint64_t gate = (uint64_t) (uintptr_t) calls_gate_end;
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t) call, 0, 5),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, instruction_pointer)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t) gate, 0, 2),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, instruction_pointer) + 4),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t) (gate >> 32), 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = { sizeof(filter) / sizeof(*filter), filter };
    struct sigaction action = { .sa_sigaction = on_call, .sa_flags = SA_SIGINFO };
    if (sigaction(SIGSYS, &action, NULL) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
        abort();
}

#define _GNU_SOURCE
#include "CSystem.h"
#include <errno.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/* What code that has taken over a worker would try next. */

int tintype_try_to_fork(void) {
    pid_t child = fork();
    if (child < 0) return -1;
    if (child == 0) _exit(0);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
    return 0;
}

int tintype_try_to_execute(const char *path) {
    char *arguments[] = { (char *)path, NULL }, *environment[] = { NULL };
    return execve(path, arguments, environment);
}

int tintype_try_to_read_memory(int process, const void *address) {
    char byte;
    struct iovec own = { .iov_base = &byte, .iov_len = 1 }, other = { .iov_base = (void *)address, .iov_len = 1 };
    return process_vm_readv(process, &own, 1, &other, 1, 0) < 0 ? -1 : 0;
}

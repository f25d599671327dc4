#define _GNU_SOURCE
#include "CSystem.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

/* A confined process can create no file, but ImageMagick and libvips keep very large pictures in temporary files. So some files
   without names are opened in advance, and the call that would create one is answered with the next of them. */

enum { MAXIMUM_FILES = 8 };
static int files[MAXIMUM_FILES];
static int file_count = 0;
static atomic_int next_file = 0;

/* Other libraries' files may outlive a request, and do without one: liborc has code in its own. */
static int is_released_after_use(const char *path) {
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    return strncmp(name, "magick-", 7) == 0 || strncmp(name, "vips-", 5) == 0;
}

/* In a signal handler: only calls that are safe there, and no lock. */
static long hand_out(const char *path) {
    if (!is_released_after_use(path)) return -EPERM;
    int index = atomic_fetch_add(&next_file, 1);
    if (index >= file_count) return -EPERM;
    int descriptor = dup(files[index]);
    return descriptor < 0 ? -errno : descriptor;
}

/* The call that was trapped is openat: its second argument is the path, and what is put in the place of its result is its result. */
static void answer_trapped_call(int signal, siginfo_t *information, void *context) {
    (void)signal;
    (void)information;
    const int error = errno;
    ucontext_t *interrupted = context;
#if defined(__x86_64__)
    greg_t *registers = interrupted->uc_mcontext.gregs;
    registers[REG_RAX] = hand_out((const char *)registers[REG_RSI]);
#elif defined(__aarch64__)
    unsigned long long *registers = interrupted->uc_mcontext.regs;
    registers[0] = (unsigned long long)hand_out((const char *)registers[1]);
#else
#error "It is not known where this processor has the arguments and the result of a system call."
#endif
    errno = error;
}

int tintype_open_without_name(const char *folder) {
    int descriptor = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (descriptor >= 0) return descriptor;
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/tintype-XXXXXX", folder) >= (int)sizeof path) return -1;
    descriptor = mkostemp(path, O_CLOEXEC);
    if (descriptor >= 0) unlink(path);
    return descriptor;
}

int tintype_prepare_temporary_files(const char *folder) {
    struct sigaction action = { .sa_sigaction = answer_trapped_call, .sa_flags = SA_SIGINFO };
    sigemptyset(&action.sa_mask);
    if (sigaction(SIGSYS, &action, NULL) != 0) return -1;
    while (file_count < MAXIMUM_FILES && (files[file_count] = tintype_open_without_name(folder)) >= 0) file_count++;
    return file_count;
}

void tintype_recycle_temporary_files(void) {
    int used = atomic_exchange(&next_file, 0);
    for (int index = 0; index < used && index < file_count; index++) {
        if (ftruncate(files[index], 0) != 0 || lseek(files[index], 0, SEEK_SET) != 0) abort();
    }
}

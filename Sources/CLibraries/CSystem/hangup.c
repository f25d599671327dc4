#define _GNU_SOURCE
#include "CSystem.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static int pipe_ends[2] = { -1, -1 };
static int has_terminal = 0;

static int terminal_is_open(void) {
    const int descriptor = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);
    if (descriptor < 0) return 0;
    close(descriptor);
    return 1;
}

static void take_hangup(int number) {
    const int before = errno;
    const unsigned char byte = (unsigned char)number;
    if (has_terminal && !terminal_is_open()) {
        /* The terminal was closed: this is no request to read anything again. */
        kill(getpid(), SIGTERM);
    } else if (write(pipe_ends[1], &byte, 1) != 1) {
        /* The pipe is full of requests that were not read yet. */
    }
    errno = before;
}

int tintype_take_hangups(void) {
    struct sigaction former, action = { .sa_handler = take_hangup, .sa_flags = SA_RESTART };
    if (pipe2(pipe_ends, O_CLOEXEC) != 0 || fcntl(pipe_ends[1], F_SETFL, O_NONBLOCK) != 0) return -1;
    sigemptyset(&action.sa_mask);
    if (sigaction(SIGHUP, NULL, &former) != 0) return -1;
    /* Whoever started the program with nohup(1) wants it to outlive the terminal. */
    has_terminal = former.sa_handler != SIG_IGN && terminal_is_open();
    return sigaction(SIGHUP, &action, NULL);
}

int tintype_receive_hangup(void) {
    unsigned char bytes[64];
    ssize_t count;
    while ((count = read(pipe_ends[0], bytes, sizeof bytes)) < 0 && errno == EINTR) {}
    return count > 0 ? 0 : -1;
}

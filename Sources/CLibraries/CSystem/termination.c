#define _GNU_SOURCE
#include "CSystem.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <termios.h>
#include <unistd.h>

/* Here rather than in Swift, because a signal's handler may touch only what cannot be half made at that moment: atomics that
   take no lock (C11, 7.14.1.1). It may run on another thread than what it interrupts. */

static struct termios shown_settings;
static atomic_int hidden_descriptor = -1;
static atomic_bool is_postponed = 0;
static int pipe_ends[2] = { -1, -1 };

int tintype_hide_typing(int descriptor) {
    struct termios settings;
    if (tcgetattr(descriptor, &settings) != 0) return -1;
    shown_settings = settings;
    hidden_descriptor = descriptor;
    settings.c_lflag &= ~(tcflag_t)ECHO;
    return tcsetattr(descriptor, TCSAFLUSH, &settings);
}

void tintype_show_typing(void) {
    const int descriptor = atomic_exchange(&hidden_descriptor, -1);
    if (descriptor < 0) return;
    /* Neither flushing, for what is typed next belongs to whoever reads next, nor waiting for a terminal that was stopped. */
    tcsetattr(descriptor, TCSANOW, &shown_settings);
}

static void take_termination(int number) {
    const unsigned char byte = (unsigned char)number;
    const int before = errno;
    if (atomic_exchange(&is_postponed, 0) && write(pipe_ends[1], &byte, 1) == 1) {
        errno = before;
        return;
    }
    tintype_show_typing();
    _exit(128 + number);
}

int tintype_hold_termination_signals(void) {
    if (pipe2(pipe_ends, O_CLOEXEC) != 0) return -1;
    struct sigaction action = { .sa_handler = take_termination, .sa_flags = SA_RESTART };
    sigemptyset(&action.sa_mask);
    sigaddset(&action.sa_mask, SIGTERM);
    sigaddset(&action.sa_mask, SIGINT);
    if (sigaction(SIGTERM, &action, NULL) != 0 || sigaction(SIGINT, &action, NULL) != 0) return -1;
    /* Closing a terminal is for this process alone, too. */
    sigaddset(&action.sa_mask, SIGHUP);
    return pthread_sigmask(SIG_BLOCK, &action.sa_mask, NULL);
}

void tintype_postpone_termination(void) { is_postponed = 1; }

int tintype_receive_termination(void) {
    unsigned char byte = 0;
    while (read(pipe_ends[0], &byte, 1) < 0 && errno == EINTR) {}
    return byte;
}

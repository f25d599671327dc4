#pragma once
/* What of the C library Swift cannot import: variadic functions and the macros of ancillary data. */
#include <spawn.h>
#include <stddef.h>
#include <sys/types.h>
#include "confinement.h"

/* prctl(PR_SET_PDEATHSIG, signal): the kernel ends this process when its parent goes. */
int tintype_die_with_parent(int signal);

/* prctl(PR_SET_NO_NEW_PRIVS) and an empty dumpable flag: a worker gains nothing and leaves no core. */
int tintype_drop_privilege_growth(void);

/* sendmsg with descriptors as SCM_RIGHTS. Returns the bytes sent, or -1 with errno. */
ssize_t tintype_send_descriptors(int socket, const void *bytes, size_t count, const int *descriptors, int descriptor_count);

/* recvmsg; descriptors received (close-on-exec) are written to `descriptors`, their number to `descriptor_count`,
   whose value at the call is the room there is. Returns the bytes received, or -1 with errno. */
ssize_t tintype_receive_descriptors(int socket, void *bytes, size_t capacity, int *descriptors, int *descriptor_count);

/* posix_spawn_file_actions_addclosefrom_np: the process that is started has no descriptor from this number on. Returns an error number. */
int tintype_close_from(posix_spawn_file_actions_t *actions, int number);

/* fcntl with an integer argument. */
int tintype_fcntl(int descriptor, int command, int argument);

/* ioctl(FIONREAD)-like calls with an int result. */
int tintype_ioctl_int(int descriptor, unsigned long request, int *value);

/* sync_file_range with SYNC_FILE_RANGE_WRITE, which the C library declares for GNU sources only. A hint: its result says nothing. */
void tintype_begin_writing(int descriptor);

/* memmem, which the C library declares for GNU sources only. */
const void *tintype_find(const void *bytes, size_t count, const void *pattern, size_t pattern_count);

/* renameat2 with RENAME_NOREPLACE, which the C library declares for GNU sources only. */
int tintype_rename_without_replacing(const char *path, const char *name);

/* TIOCGWINSZ: columns of a terminal; -1 where it is none or does not say. */
int tintype_terminal_columns(int descriptor);

/* Stops the echo of a terminal, of one at a time. What was typed before is dropped. Returns -1 with errno where it is none. */
int tintype_hide_typing(int descriptor);

/* Brings the echo back that was stopped; nothing where none was. */
void tintype_show_typing(void);

/* From now on SIGTERM and SIGINT end the process with the status 128 + number, and the terminal's echo is on again.
   They are blocked in threads and processes that are started later. Returns -1 with errno where that cannot be. */
int tintype_hold_termination_signals(void);

/* From now on the first SIGTERM or SIGINT ends nothing, but waits to be received; the second ends the process at once. */
void tintype_postpone_termination(void);

/* From now on SIGHUP is a request that waits to be received. If the terminal is gone that the process was started in, it becomes
   SIGTERM instead. Returns -1 with errno where that cannot be. */
int tintype_take_hangups(void);

/* Waits for requests by SIGHUP; several may become one. Returns 0, or -1 where they cannot be received. */
int tintype_receive_hangup(void);

/* Opens a new file in a folder to read and write, which has no name, and is gone once it is closed. Returns -1 with errno where
   that cannot be. */
int tintype_open_without_name(const char *folder);

/* Waits for a signal that was postponed. Returns its number. */
int tintype_receive_termination(void);

/* Ends the process without what libraries do at an exit, once what was printed is out. */
_Noreturn void tintype_end_process(int status);

/* The user whose process has the other end of a TCP connection (sock_diag(7)). The kernel has 0 for a socket without a
   process, so that only an open connection that a process holds counts. Returns -1 if there is none. */
int tintype_peer_user(int socket, unsigned *user);

/* The commit from which the program was built; empty where the build was not told. Swift has no macros with values. */
const char *tintype_commit(void);

/* epoll(7), which Swift does not see: a set of descriptors, of which each is reported while it can be read, has ended or has an error. */
int tintype_readiness_open(void);
int tintype_readiness_add(int set, int descriptor);
int tintype_readiness_remove(int set, int descriptor);
/* Waits for some of them, at most 64 at once. Returns their number, or -1 with errno. */
int tintype_readiness_wait(int set, int *descriptors, int capacity);

/* eventfd(2): a descriptor that can be read once it was written to. */
int tintype_event_open(void);

#pragma once
#include <errno.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <seccomp.h>

/* Actions that are macros with arguments or without a type. */
static const unsigned tintype_call_allowed = SCMP_ACT_ALLOW;
static const unsigned tintype_call_trapped = SCMP_ACT_TRAP;
static const unsigned tintype_call_not_permitted = SCMP_ACT_ERRNO(EPERM);
static const unsigned tintype_call_unknown = SCMP_ACT_ERRNO(ENOSYS);

/* Constants of the kernel that the C library declares for GNU sources only. */
static const int tintype_clone_thread = CLONE_THREAD;
static const int tintype_set_thread_name = PR_SET_NAME;

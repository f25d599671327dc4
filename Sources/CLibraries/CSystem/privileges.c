#define _GNU_SOURCE
#include "CSystem.h"
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int tintype_leave_namespaces(void) {
    const int namespaces = CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;
    if (unshare(namespaces) == 0) return 0;
    return unshare(CLONE_NEWUSER | namespaces);
}

int tintype_become_nobody(void) {
    const unsigned nobody = 65534;
    if (setgroups(0, NULL) != 0 || setresgid(nobody, nobody, nobody) != 0) return -1;
    return setresuid(nobody, nobody, nobody);
}

int tintype_drop_capabilities(void) {
    /* Without CAP_SETPCAP the bounding set stays, which matters only to programs that are executed: none is. */
    for (int capability = 0; prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0; capability++) {}
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3];
    memset(none, 0, sizeof none);
    return (int)syscall(SYS_capset, &header, none);
}

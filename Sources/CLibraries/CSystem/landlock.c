#define _GNU_SOURCE
#include "CSystem.h"
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* By hand after linux/landlock.h: Debian 12's header knows version 1 and a part of 2. The numbers are those of every architecture. */
enum { CREATE_RULESET = 444, ADD_RULE = 445, RESTRICT_SELF = 446 };
enum { ASK_FOR_VERSION = 1, RULE_PATH_BENEATH = 1 };

struct ruleset {
    uint64_t files;
    uint64_t network;
    uint64_t scopes;
};

struct path_beneath {
    uint64_t allowed;
    int32_t parent;
} __attribute__((packed));

static const uint64_t READ_FILE = 1 << 2, READ_FOLDER = 1 << 3;

/* All that a version can deny: each has the access rights below a power of two. */
static uint64_t file_rights(int version) {
    if (version >= 5) return (1 << 16) - 1; /* ioctl on devices */
    if (version >= 3) return (1 << 15) - 1; /* truncate */
    if (version >= 2) return (1 << 14) - 1; /* link and rename between folders */
    return (1 << 13) - 1;
}

int tintype_landlock_version(void) { return (int)syscall(CREATE_RULESET, NULL, 0, ASK_FOR_VERSION); }

int tintype_landlock_begin(int version) {
    const struct ruleset rules = {
        .files = file_rights(version),
        .network = 3, /* bind and connect TCP */
        .scopes = 3,  /* abstract Unix sockets and signals */
    };
    size_t size = version >= 6 ? sizeof rules : version >= 4 ? 2 * sizeof(uint64_t) : sizeof(uint64_t);
    return (int)syscall(CREATE_RULESET, &rules, size, 0);
}

int tintype_landlock_allow_reading(int rules, const char *path) {
    struct path_beneath rule = { .parent = open(path, O_PATH | O_CLOEXEC) };
    if (rule.parent < 0) return -1;
    struct stat status;
    int result = fstat(rule.parent, &status);
    if (result == 0) {
        rule.allowed = S_ISDIR(status.st_mode) ? READ_FILE | READ_FOLDER : READ_FILE;
        result = (int)syscall(ADD_RULE, rules, RULE_PATH_BENEATH, &rule, 0);
    }
    int error = errno;
    close(rule.parent);
    errno = error;
    return result;
}

int tintype_landlock_enforce(int rules) { return (int)syscall(RESTRICT_SELF, rules, 0); }

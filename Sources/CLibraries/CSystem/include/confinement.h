#pragma once
/* What Swift cannot import of the calls by which a process confines itself. All return -1 with errno if they fail. */

/* The version of Landlock's interface, from 1; -1 if the kernel has none. */
int tintype_landlock_version(void);

/* A set of rules that denies all access to files, TCP ports and other processes that this version knows. Returns its descriptor. */
int tintype_landlock_begin(int version);

/* Allows reading of a file, or of everything in a folder. */
int tintype_landlock_allow_reading(int rules, const char *path);

/* Imposes the rules on this thread and those that it starts. */
int tintype_landlock_enforce(int rules);

/* Moves this process to a network, System V IPC and host name of its own: as root, or in a user namespace of its own. */
int tintype_leave_namespaces(void);

/* Becomes the user nobody, in no group but its own; root only. */
int tintype_become_nobody(void);

/* Gives up every capability, for good. */
int tintype_drop_capabilities(void);

/* Opens files without names in a folder, to be handed to ImageMagick and libvips when they create a temporary file: from now on
   a call that the filter traps (SIGSYS) receives one of them, or EPERM. Returns how many there are. */
int tintype_prepare_temporary_files(const char *folder);

/* Empties the temporary files, which may then be handed out again. None may be in use. */
void tintype_recycle_temporary_files(void);

/* Tries to start a process, which ends at once. Returns 0 if that worked. */
int tintype_try_to_fork(void);

/* Tries to replace this program. Returns only if that failed. */
int tintype_try_to_execute(const char *path);

/* Tries to read the memory of another process at an address that is mapped there. Returns 0 if that worked. */
int tintype_try_to_read_memory(int process, const void *address);

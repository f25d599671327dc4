#pragma once
#include <sqlite3.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/* SQLITE_TRANSIENT is a cast of -1 to a function pointer, which Swift cannot import. */
static inline sqlite3_destructor_type tintype_sqlite_transient(void) { return SQLITE_TRANSIENT; }

/* The shared index of the write-ahead log, by the public interface of the file system layer: its functions stand in a
   table that Swift can read only field by field. NULL if there is none. */
static inline const void *tintype_wal_index(sqlite3 *database) {
    sqlite3_file *file = 0;
    void volatile *index = 0;
    if (sqlite3_file_control(database, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK) return 0;
    if (!file || !file->pMethods || file->pMethods->iVersion < 2) return 0;
    return file->pMethods->xShmMap(file, 0, 32 * 1024, 0, &index) == SQLITE_OK ? (const void *)index : 0;
}

/* The counter of commits (bytes 8 to 11) and a part of the head's checksum (bytes 40 to 43), each read as one. */
static inline int64_t tintype_wal_version(const void *index) {
    const uint32_t *words = (const uint32_t *)index;
    uint64_t commits = __atomic_load_n(&words[2], __ATOMIC_ACQUIRE);
    return (int64_t)(commits << 32 | __atomic_load_n(&words[10], __ATOMIC_ACQUIRE));
}

/* fallocate with FALLOC_FL_KEEP_SIZE, which the C library declares for GNU sources only. */
static inline long tintype_reserve(int file, int64_t bytes) { return syscall(SYS_fallocate, file, 1L, 0L, (long)bytes); }

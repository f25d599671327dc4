// PasswordHashing: hashes and compares passwords in a child process (docs/decisions/0018).
//
// Each hash allocates and frees 64 MiB. While the kernel does that, every other thread of the same process waits,
// so thumbnails would be slow during logins. It knows nothing of accounts.

// PasswordHashing: hashes of passwords, made and compared in a child process.
//
// Each takes and gives back 64 MiB, for which the kernel holds up every other thread of the process that asks: thumbnails
// were seen to wait for it. It knows nothing of accounts.

// Sodium: passwords, random bytes and comparisons in constant time, by libsodium.
//
// It knows nothing of accounts. Hashing a password takes long by design: do not call it from a task.

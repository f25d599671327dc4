// Sodium: passwords, random bytes and comparisons in constant time, by libsodium.
//
// It knows nothing of accounts. Hashing a password takes long on purpose: never call it from a task.

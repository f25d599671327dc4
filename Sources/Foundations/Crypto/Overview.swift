// Crypto: digests and checksums, computed while bytes stream.
//
// It wraps OpenSSL's SHA-1, SHA-256 and SHA-512, and zlib's CRC-32, and knows nothing of what the bytes are.

// Decompression: small compressed parts of files, expanded within a limit by zlib and Brotli's own library.

// Streams: bytes that arrive piece by piece.
//
// It owns `ByteStream`, which is pulled by its reader, and the bound on collecting one. It knows nothing of files, HTTP
// or images.

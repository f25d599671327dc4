// Streams: bytes on their way, with back-pressure.
//
// It owns the bounded pipe between a producer and a consumer of bytes. It knows nothing of files, HTTP or images.

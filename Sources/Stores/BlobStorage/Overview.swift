// BlobStorage: the files that are kept, by key.
//
// It owns the protocol of stores (`BlobStore`), the durable write, and what a crash leaves of one. It knows neither the
// catalogue nor pixels.

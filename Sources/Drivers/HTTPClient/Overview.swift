// HTTPClient: requests over HTTP/1.1, by libcurl.
//
// It owns connections that are kept and used again, bodies that stream in both directions, time limits, and the one
// error type that tells whether a request is worth retrying. It retries nothing and follows no redirect: that is left
// to its caller. It knows nothing of images, nor of the servers that it talks to.

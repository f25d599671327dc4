// HTTPClient: requests over HTTP/1.1, by libcurl.
//
// It owns persistent connections, bodies that stream in both directions, time limits, and the
// error type that says whether a request is worth retrying. It does not retry or follow redirects: that is left
// to its caller. It knows nothing of images, nor of the servers that it talks to; for
// those that somebody else names, it asks its caller about each address that it connects to.

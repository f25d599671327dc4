// HTTPClient: requests over HTTP/1.1, by libcurl.
//
// It owns connections that are kept and used again, bodies that stream both ways, bounds on time, and the one error type
// that tells what is worth another try. It retries nothing and follows no redirect: that is for those who asks. It knows
// nothing of images, nor of the servers that it talks to.

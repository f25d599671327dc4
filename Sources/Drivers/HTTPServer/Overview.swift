// HTTPServer: libmicrohttpd, bridged to Swift concurrency.
//
// It owns connections, limits and the flow of bytes; what a request means is the handler's, which it is given. The only
// room that imports libmicrohttpd.

// HTTPServer: libmicrohttpd, bridged to Swift concurrency.
//
// It owns connections, limits and the flow of bytes. It is given a handler, and does not know what requests mean. It is
// the only target that imports libmicrohttpd and GnuTLS.
//
// `Server` listens and stops. `Callbacks` is what libmicrohttpd calls, with a `ServerCore`. Each connection is a
// `ClientConnection`; each request on it is an `Exchange`, around an `ExchangeStateMachine`. A body that is made while
// it is sent goes through a `ResponsePipe`, around a `ResponsePipeStateMachine`. With TLS, a connection has a
// `TLSSession`, which only its thread uses (docs/decisions/0054).

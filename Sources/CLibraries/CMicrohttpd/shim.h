#pragma once
#include <microhttpd.h>

/* MHD_start_daemon is variadic; its options are handed over as an array that MHD_OPTION_END closes. */
static inline struct MHD_Daemon *tintype_start_daemon(
    unsigned int flags, MHD_AccessHandlerCallback handler, void *context, struct MHD_OptionItem *options) {
    return MHD_start_daemon(flags, 0, NULL, NULL, handler, context, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
}

/* The members of a union behind a pointer, each as its own type. */
static inline int tintype_connection_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? (int)info->connect_fd : -1;
}
static inline const struct sockaddr *tintype_connection_address(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info ? info->client_addr : NULL;
}
/* NULL without TLS. */
static inline void *tintype_connection_tls_session(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    return info ? info->tls_session : NULL;
}
static inline void *tintype_connection_context(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

/* The buffer is not changed, though the function does not say so. */
static inline struct MHD_Response *tintype_create_buffer_response(
    size_t size, const void *buffer, MHD_ContentReaderFreeCallback release, void *context) {
    return MHD_create_response_from_buffer_with_free_callback_cls(size, (void *)buffer, release, context);
}

/* Constants that are expressions or unsigned in C. */
static const unsigned int tintype_daemon_flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME;
static const unsigned int tintype_tls_daemon_flags =
    MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TLS;
static const ssize_t tintype_stream_end = MHD_CONTENT_READER_END_OF_STREAM;
static const ssize_t tintype_stream_error = MHD_CONTENT_READER_END_WITH_ERROR;
static const uint64_t tintype_size_unknown = MHD_SIZE_UNKNOWN;

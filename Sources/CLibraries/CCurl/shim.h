#pragma once
/* The checks of argument types need constants where we hand options through. */
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

typedef size_t (*tintype_curl_data)(char *bytes, size_t size, size_t count, void *context);
typedef int (*tintype_curl_seek)(void *context, curl_off_t offset, int origin);
typedef int (*tintype_curl_progress)(
    void *context, curl_off_t to_receive, curl_off_t received, curl_off_t to_send, curl_off_t sent);

/* curl_easy_setopt is variadic: one function for each type of value. */
static inline CURLcode tintype_curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode tintype_curl_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode tintype_curl_set_text(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode tintype_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode tintype_curl_set_data(CURL *handle, CURLoption option, tintype_curl_data value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode tintype_curl_set_seek(CURL *handle, tintype_curl_seek value) {
    return curl_easy_setopt(handle, CURLOPT_SEEKFUNCTION, value);
}
static inline CURLcode tintype_curl_set_progress(CURL *handle, tintype_curl_progress value) {
    return curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, value);
}

static inline CURLcode tintype_curl_set_open_socket(CURL *handle, curl_opensocket_callback value) {
    return curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, value);
}

/* curl_easy_getinfo is variadic. */
static inline CURLcode tintype_curl_get_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}

/* Macros with a cast in them. */
static inline CURLcode tintype_curl_global_init(void) { return curl_global_init(CURL_GLOBAL_ALL); }
static const curl_socket_t tintype_curl_bad_socket = CURL_SOCKET_BAD;
static const size_t tintype_curl_read_abort = CURL_READFUNC_ABORT;

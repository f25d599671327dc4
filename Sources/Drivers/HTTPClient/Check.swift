internal import CCurl

/// Throws if `code` is an error of libcurl.
func check(_ code: CURLcode, _ details: @autoclosure () -> String = "") throws(HTTPClientError) {
    guard code != CURLE_OK else { return }
    let details = details()
    let message = details.isEmpty ? String(cString: curl_easy_strerror(code)) : details
    throw HTTPClientError(errorCode(code), message)
}

private func errorCode(_ code: CURLcode) -> HTTPClientError.Code {
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .cannotResolve
    case CURLE_COULDNT_CONNECT: .cannotConnect
    case CURLE_OPERATION_TIMEDOUT: .timedOut
    case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_WEIRD_SERVER_REPLY,
        CURLE_SEND_FAIL_REWIND:
        .interrupted
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
        CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_SHUTDOWN_FAILED:
        .tls
    case CURLE_ABORTED_BY_CALLBACK: .cancelled
    case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_FUNCTION_ARGUMENT, CURLE_UNKNOWN_OPTION: .misuse
    default: .failure
    }
}

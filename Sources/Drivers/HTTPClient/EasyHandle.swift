internal import CCurl
internal import Glibc
internal import HTTPTypes

/// A handle of libcurl with its persistent connections. It belongs to one thread.
final class EasyHandle {
    private let handle: UnsafeMutableRawPointer?
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private let settings: HTTPClientSettings

    init(_ settings: HTTPClientSettings) {
        self.settings = settings
        handle = isLibraryReady ? curl_easy_init() : nil
    }

    deinit {
        if let handle { curl_easy_cleanup(handle) }
        errorText.deallocate()
    }

    /// Sends a request and receives its response; blocks.
    ///
    /// - Parameter isCancelled: called at least once a second.
    /// - Throws: `HTTPClientError`, and what the sink throws.
    func perform(
        _ request: HTTPClientRequest, into sink: HTTPResponseSink, isCancelled: @escaping @Sendable () -> Bool
    ) throws -> HTTPClientResponse {
        guard let handle else { throw HTTPClientError(.failure, "libcurl gives no handle") }
        guard request.fields.isWellFormed else {
            throw HTTPClientError(.misuse, "a field of the request holds a line break")
        }
        // This resets the options and keeps the connections.
        curl_easy_reset(handle)
        errorText.pointee = 0
        let transfer = Transfer(request, sink, settings, isCancelled: isCancelled)
        let list = HeaderList(request.fields)
        try prepare(handle)
        try describe(request, list, handle)
        try connect(transfer, handle)
        let code = withExtendedLifetime((transfer, list)) { curl_easy_perform(handle) }
        if let failure = transfer.failure { throw failure }
        if !transfer.isIndifferentToBody {
            if code == CURLE_COULDNT_CONNECT, transfer.hasRefusedAddress {
                throw HTTPClientError(.addressRefused, "the address of the server is not accepted")
            }
            try check(code, String(cString: errorText))
        }
        return HTTPClientResponse(status: transfer.status, fields: transfer.fields, body: transfer.body)
    }

    private func prepare(_ handle: UnsafeMutableRawPointer) throws(HTTPClientError) {
        try check(tintype_curl_set_pointer(handle, CURLOPT_ERRORBUFFER, errorText))
        // Timeouts by signal would interrupt an arbitrary thread of the program.
        try check(tintype_curl_set_long(handle, CURLOPT_NOSIGNAL, 1))
        try check(tintype_curl_set_text(handle, CURLOPT_PROTOCOLS_STR, "http,https"))
        try check(tintype_curl_set_long(handle, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)))
        try check(tintype_curl_set_long(handle, CURLOPT_FOLLOWLOCATION, 0))
        try check(tintype_curl_set_long(handle, CURLOPT_SSL_VERIFYPEER, 1))
        try check(tintype_curl_set_long(handle, CURLOPT_SSL_VERIFYHOST, 2))
        try check(tintype_curl_set_long(handle, CURLOPT_TCP_KEEPALIVE, 1))
        try check(tintype_curl_set_long(handle, CURLOPT_CONNECTTIMEOUT, settings.connectSeconds))
        // Only less than one byte a second counts as a stall, because connections may be slow.
        try check(tintype_curl_set_long(handle, CURLOPT_LOW_SPEED_LIMIT, 1))
        try check(tintype_curl_set_long(handle, CURLOPT_LOW_SPEED_TIME, settings.stallSeconds))
        try check(tintype_curl_set_long(handle, CURLOPT_BUFFERSIZE, 128 * 1024))
        try check(tintype_curl_set_long(handle, CURLOPT_UPLOAD_BUFFERSIZE, 128 * 1024))
        try check(tintype_curl_set_text(handle, CURLOPT_USERAGENT, settings.userAgent))
        if let seconds = settings.totalSeconds {
            try check(tintype_curl_set_long(handle, CURLOPT_TIMEOUT, seconds))
        }
        if settings.acceptsAddress != nil { try keepToItself(handle) }
        if let file = settings.certificateFile { try check(tintype_curl_set_text(handle, CURLOPT_CAINFO, file)) }
    }

    /// For servers that somebody else names: no proxy of the environment, and nothing that remains of a request.
    private func keepToItself(_ handle: UnsafeMutableRawPointer) throws(HTTPClientError) {
        try check(tintype_curl_set_text(handle, CURLOPT_PROXY, ""))
        try check(tintype_curl_set_long(handle, CURLOPT_FRESH_CONNECT, 1))
        try check(tintype_curl_set_long(handle, CURLOPT_FORBID_REUSE, 1))
        // A name server that hangs must not keep the thread longer than the request may take.
        try check(tintype_curl_set_long(handle, CURLOPT_QUICK_EXIT, 1))
        try check(tintype_curl_set_open_socket(handle, openSocket))
    }

    private func describe(
        _ request: HTTPClientRequest, _ list: HeaderList, _ handle: UnsafeMutableRawPointer
    ) throws(HTTPClientError) {
        try check(tintype_curl_set_text(handle, CURLOPT_URL, request.url))
        switch request.body {
        case .none where request.method == .head: try check(tintype_curl_set_long(handle, CURLOPT_NOBODY, 1))
        case .none where request.method == .get || request.method == .delete: break
        default:
            try check(tintype_curl_set_long(handle, CURLOPT_POST, 1))
            try check(tintype_curl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.length)))
        }
        try check(tintype_curl_set_text(handle, CURLOPT_CUSTOMREQUEST, request.method.rawValue))
        try check(tintype_curl_set_pointer(handle, CURLOPT_HTTPHEADER, list.head))
    }

    private func connect(_ transfer: Transfer, _ handle: UnsafeMutableRawPointer) throws(HTTPClientError) {
        let context = Unmanaged.passUnretained(transfer).toOpaque()
        try check(tintype_curl_set_data(handle, CURLOPT_READFUNCTION, readBody))
        try check(tintype_curl_set_pointer(handle, CURLOPT_READDATA, context))
        try check(tintype_curl_set_seek(handle, seekBody))
        try check(tintype_curl_set_pointer(handle, CURLOPT_SEEKDATA, context))
        try check(tintype_curl_set_data(handle, CURLOPT_HEADERFUNCTION, takeLine))
        try check(tintype_curl_set_pointer(handle, CURLOPT_HEADERDATA, context))
        try check(tintype_curl_set_data(handle, CURLOPT_WRITEFUNCTION, takeBody))
        try check(tintype_curl_set_pointer(handle, CURLOPT_WRITEDATA, context))
        try check(tintype_curl_set_progress(handle, tellProgress))
        try check(tintype_curl_set_pointer(handle, CURLOPT_XFERINFODATA, context))
        try check(tintype_curl_set_long(handle, CURLOPT_NOPROGRESS, 0))
        try check(tintype_curl_set_pointer(handle, CURLOPT_OPENSOCKETDATA, context))
    }
}

/// The fields of a request in the form that libcurl needs.
private final class HeaderList {
    private(set) var head: UnsafeMutablePointer<curl_slist>?

    init(_ fields: HTTPFields) {
        for (name, value) in fields {
            // A field without a value is written with a semicolon (CURLOPT_HTTPHEADER(3)).
            head = curl_slist_append(head, value.isEmpty ? "\(name);" : "\(name): \(value)") ?? head
        }
        // libcurl must not add a type of its own.
        if fields["Content-Type"] == nil { head = curl_slist_append(head, "Content-Type:") ?? head }
    }

    deinit { curl_slist_free_all(head) }
}

/// Whether libcurl could be initialised: once in a process, before the first handle.
private let isLibraryReady = tintype_curl_global_init() == CURLE_OK

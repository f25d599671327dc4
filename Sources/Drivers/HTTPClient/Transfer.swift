internal import CCurl
internal import Glibc
internal import HTTPTypes
internal import SystemIO

/// The state of a request and its response that the callbacks of libcurl read and write, all on one thread.
final class Transfer {
    /// The maximum number of collected bytes of a response that was to be streamed, such as a problem.
    private static let refusedLimit = 1 << 20

    private let request: HTTPClientRequest
    private let sink: HTTPResponseSink
    private let maximumHeadBytes: Int
    private let acceptsAddress: (@Sendable (IPAddress) -> Bool)?
    private let isCancelled: @Sendable () -> Bool
    private var headBytes = 0
    private var bodyBytes = 0
    private var position: Int64 = 0
    private(set) var fields = HTTPFields()
    private(set) var body: [UInt8] = []
    private(set) var status = 0
    /// Whether the head of the final response is there.
    private(set) var hasHead = false
    /// Whether an address was refused.
    private(set) var hasRefusedAddress = false
    private var streams: Bool?
    /// The error of a callback, which libcurl reports only as an abort.
    private(set) var failure: (any Error)?

    init(
        _ request: HTTPClientRequest, _ sink: HTTPResponseSink, _ settings: HTTPClientSettings,
        isCancelled: @escaping @Sendable () -> Bool
    ) {
        (self.request, self.sink, self.isCancelled) = (request, sink, isCancelled)
        (maximumHeadBytes, acceptsAddress) = (settings.maximumHeadBytes, settings.acceptsAddress)
    }

    /// Whether a failure after the head of the response makes no difference.
    var isIndifferentToBody: Bool {
        if case .none = sink { hasHead && !isCancelled() } else { false }
    }

    /// Whether a connection to an address may be opened.
    func accepts(_ address: IPAddress?) -> Bool {
        guard let acceptsAddress else { return true }
        if let address, acceptsAddress(address) { return true }
        hasRefusedAddress = true
        return false
    }

    /// The next bytes of the request's body; nil if they cannot be read.
    func read(upTo count: Int) -> [UInt8]? {
        switch request.body {
        case .none: return []
        case .bytes(let bytes):
            let piece = Array(bytes[Int(position)..<min(bytes.count, Int(position) + count)])
            position += Int64(piece.count)
            return piece
        case .file(let slice): return read(slice, upTo: count)
        }
    }

    private func read(_ slice: FileSlice, upTo count: Int) -> [UInt8]? {
        let wanted = Int(min(Int64(count), slice.length - position))
        do {
            let piece = try slice.file.read(at: slice.offset + position, count: wanted)
            guard piece.count == wanted else {
                throw HTTPClientError(.bodyUnavailable, "the file has become shorter while it was sent")
            }
            position += Int64(piece.count)
            return piece
        } catch {
            failure = error
            return nil
        }
    }

    /// Moves to the position from which the body is to be read again; false for one outside it.
    func seek(to offset: Int64) -> Bool {
        guard (0...request.body.length).contains(offset) else { return false }
        position = offset
        return true
    }

    /// Receives a line of a head; false if that fails. Each head begins with a status line, and a later head replaces an
    /// interim one.
    func takeLine(_ bytes: [UInt8]) -> Bool {
        headBytes += bytes.count
        guard headBytes <= maximumHeadBytes else {
            failure = HTTPClientError(.tooMuchData, "the response has a head of more than \(maximumHeadBytes) bytes")
            return false
        }
        addLine(bytes)
        return true
    }

    private func addLine(_ bytes: [UInt8]) {
        let isBlank = { (byte: UInt8) in byte == 32 || (9...13).contains(byte) }
        let line = bytes[..<(bytes.lastIndex { !isBlank($0) } ?? -1).advanced(by: 1)]
        if line.starts(with: "HTTP/".utf8) {
            status =
                line.split(separator: 32).dropFirst().first.flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0
            fields = HTTPFields()
        } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
            let value = line[(colon + 1)...].drop(while: isBlank)
            fields.append(String(decoding: line[..<colon], as: UTF8.self), String(decoding: value, as: UTF8.self))
        } else if line.isEmpty {
            hasHead = status >= 200
        }
    }

    /// Receives bytes of the response's body; false if that fails.
    func take(_ piece: [UInt8]) -> Bool {
        do {
            switch sink {
            case .memory(let limit): try collect(piece, upTo: limit)
            case .none(let limit):
                bodyBytes += piece.count
                return bodyBytes <= limit
            case .stream(let accepts, let write):
                let streams = try self.streams ?? accepts(HTTPClientResponse(status: status, fields: fields))
                self.streams = streams
                if streams { try write(piece) } else { try collect(piece, upTo: Self.refusedLimit) }
            }
            return true
        } catch {
            failure = error
            return false
        }
    }

    private func collect(_ piece: [UInt8], upTo limit: Int) throws(HTTPClientError) {
        guard body.count + piece.count <= limit else {
            throw HTTPClientError(.tooMuchData, "the response has more than \(limit) bytes")
        }
        body += piece
    }

    /// Reports progress; false if the request is to end.
    func progress(sent: Int64, received: Int64) -> Bool {
        request.onProgress?(sent, received)
        return !isCancelled()
    }
}

// The callbacks of libcurl. The context is the transfer, which its caller holds until libcurl returns.

func readBody(
    _ buffer: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let buffer, let context, let piece = transfer(context).read(upTo: size * count) else {
        return tintype_curl_read_abort
    }
    piece.withUnsafeBytes { bytes in
        if let base = bytes.baseAddress { memcpy(buffer, base, bytes.count) }
    }
    return piece.count
}

func seekBody(_ context: UnsafeMutableRawPointer?, _ offset: curl_off_t, _ origin: Int32) -> Int32 {
    guard let context, origin == SEEK_SET, transfer(context).seek(to: Int64(offset)) else { return CURL_SEEKFUNC_FAIL }
    return CURL_SEEKFUNC_OK
}

func takeLine(
    _ buffer: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context else { return 0 }
    let line = Array(UnsafeRawBufferPointer(start: buffer, count: size * count))
    // Fewer bytes than there were make libcurl end the request.
    return transfer(context).takeLine(line) ? line.count : -1
}

func openSocket(
    _ context: UnsafeMutableRawPointer?, _: curlsocktype, _ address: UnsafeMutablePointer<curl_sockaddr>?
) -> curl_socket_t {
    guard let context, let address, transfer(context).accepts(ipAddress(address)) else {
        return tintype_curl_bad_socket
    }
    // As libcurl itself does it.
    return socket(
        address.pointee.family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue), address.pointee.`protocol`)
}

/// Nil for another family.
private func ipAddress(_ address: UnsafeMutablePointer<curl_sockaddr>) -> IPAddress? {
    // The structure ends with the address, which may be longer than the member that stands for it.
    guard let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) else { return nil }
    let length = Int(address.pointee.addrlen)
    let bytes = [UInt8](UnsafeRawBufferPointer(start: UnsafeRawPointer(address) + offset, count: length))
    switch address.pointee.family {
    case AF_INET where length >= 8: return IPAddress(bytes: Array(bytes[4..<8]))
    case AF_INET6 where length >= 24: return IPAddress(bytes: Array(bytes[8..<24]))
    default: return nil
    }
}

func takeBody(
    _ buffer: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context else { return 0 }
    let piece = Array(UnsafeRawBufferPointer(start: buffer, count: size * count))
    // Fewer bytes than there were make libcurl end the request.
    return transfer(context).take(piece) ? piece.count : -1
}

func tellProgress(
    _ context: UnsafeMutableRawPointer?, _: curl_off_t, _ received: curl_off_t, _: curl_off_t, _ sent: curl_off_t
) -> Int32 {
    guard let context else { return 1 }
    return transfer(context).progress(sent: Int64(sent), received: Int64(received)) ? 0 : 1
}

private func transfer(_ context: UnsafeMutableRawPointer) -> Transfer {
    Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
}

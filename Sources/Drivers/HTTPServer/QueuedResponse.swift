internal import CMicrohttpd
internal import Glibc
internal import HTTPTypes
internal import Streams
internal import SystemIO

/// A response in libmicrohttpd's form.
struct QueuedResponse {
    /// Bytes of a segmented body that are written to the socket at once: few enough to be still in the processor's
    /// cache when they are written.
    private static let blockSize = 128 * 1024

    private let handle: OpaquePointer?
    private let code: UInt32

    init(_ response: HTTPResponse, exchange: Exchange) {
        code = UInt32(response.status.code)
        guard let handle = Self.make(response.body, exchange: exchange) else {
            self.handle = nil
            return
        }
        for (name, value) in response.fields where MHD_add_response_header(handle, name, value) != .YES {
            // A response must not be sent without one of its fields: the connection is closed instead.
            MHD_destroy_response(handle)
            self.handle = nil
            return
        }
        self.handle = handle
    }

    /// Gives the response to libmicrohttpd. If the result is not `YES`, libmicrohttpd closes the connection.
    func queue(on connection: OpaquePointer) -> MHD_Result {
        guard let handle else { return .NO }
        defer { MHD_destroy_response(handle) }
        return LibraryResponses.queue(connection, code, handle)
    }

    private static func make(_ body: HTTPBody, exchange: Exchange) -> OpaquePointer? {
        switch body {
        case .empty: return MHD_create_response_from_buffer(0, nil, .RESPMEM_PERSISTENT)
        case .bytes(let bytes):
            let kept = Unmanaged.passRetained(KeptBytes(bytes))
            let handle = kept.takeUnretainedValue().withBytes { buffer in
                tintype_create_buffer_response(buffer.count, buffer.baseAddress, releaseKeptBytes, kept.toOpaque())
            }
            if handle == nil { kept.release() }
            return handle
        case .file(let slice):
            guard slice.length > 0 else { return MHD_create_response_from_buffer(0, nil, .RESPMEM_PERSISTENT) }
            if exchange.client.tls != nil { return make(encrypted: slice) }
            guard let descriptor = try? slice.file.duplicate() else { return nil }
            let handle = MHD_create_response_from_fd_at_offset64(
                UInt64(slice.length), descriptor, UInt64(slice.offset))
            if handle == nil { close(descriptor) }
            return handle
        case .segments(let length, let segments): return make(segments, length: length, exchange: exchange)
        case .stream(let length, let stream):
            let segments = SegmentStream { try await stream.next().map { [.bytes($0)] } }
            return make(segments, length: length, exchange: exchange)
        }
    }

    /// libmicrohttpd itself reads a file that it must encrypt in pieces of 4 KiB.
    private static func make(encrypted slice: FileSlice) -> OpaquePointer? {
        let kept = Unmanaged.passRetained(KeptFile(slice))
        let handle = MHD_create_response_from_callback(
            UInt64(slice.length), blockSize, readKeptFile, kept.toOpaque(), releaseKeptFile)
        if handle == nil { kept.release() }
        return handle
    }

    private static func make(_ segments: SegmentStream, length: Int64?, exchange: Exchange) -> OpaquePointer? {
        let pipe = Unmanaged.passRetained(ResponsePipe(segments: segments, exchange: exchange))
        let size = length.map { UInt64($0) } ?? tintype_size_unknown
        let handle = MHD_create_response_from_callback(
            size, blockSize, readResponsePipe, pipe.toOpaque(), closeResponsePipe)
        if handle == nil { pipe.release() }
        return handle
    }
}

/// Bytes that libmicrohttpd reads in place. The array never changes, so that its storage stays at one address as long
/// as this object lives: until the response has been sent.
private final class KeptBytes: Sendable {
    private let bytes: ContiguousArray<UInt8>

    init(_ bytes: [UInt8]) { self.bytes = ContiguousArray(bytes) }

    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result { bytes.withUnsafeBytes(body) }
}

private func releaseKeptBytes(context: UnsafeMutableRawPointer?) {
    guard let context else { return }
    Unmanaged<KeptBytes>.fromOpaque(context).release()
}

/// A part of a file that is read as it is sent.
private final class KeptFile: Sendable {
    let slice: FileSlice

    init(_ slice: FileSlice) { self.slice = slice }
}

private func readKeptFile(
    context: UnsafeMutableRawPointer?, position: UInt64, buffer: UnsafeMutablePointer<CChar>?, capacity: Int
) -> Int {
    guard let context, let buffer else { return tintype_stream_error }
    let slice = Unmanaged<KeptFile>.fromOpaque(context).takeUnretainedValue().slice
    let room = UnsafeMutableRawBufferPointer(
        start: buffer, count: Int(min(Int64(capacity), slice.length - Int64(position))))
    let count = try? slice.file.read(at: slice.offset + Int64(position), into: room)
    // A file that has become shorter cannot give the length that was promised.
    return count.flatMap { $0 > 0 ? $0 : nil } ?? tintype_stream_error
}

private func releaseKeptFile(context: UnsafeMutableRawPointer?) {
    guard let context else { return }
    Unmanaged<KeptFile>.fromOpaque(context).release()
}

private func readResponsePipe(
    context: UnsafeMutableRawPointer?, position: UInt64, buffer: UnsafeMutablePointer<CChar>?, capacity: Int
) -> Int {
    guard let context, let buffer else { return tintype_stream_error }
    let pipe = Unmanaged<ResponsePipe>.fromOpaque(context).takeUnretainedValue()
    switch pipe.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: capacity)) {
    case .bytes(let count): return count
    case .waiting: return 0
    case .end: return tintype_stream_end
    case .failed: return tintype_stream_error
    }
}

private func closeResponsePipe(context: UnsafeMutableRawPointer?) {
    guard let context else { return }
    Unmanaged<ResponsePipe>.fromOpaque(context).takeRetainedValue().close()
}

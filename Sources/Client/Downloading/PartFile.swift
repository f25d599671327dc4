internal import HTTPClient
internal import HTTPTypes
internal import Runtime
internal import SystemIO

/// A partially downloaded file that a later attempt or run continues. Its calls block.
final class PartFile: Sendable {
    private struct State {
        var position: Int64 = 0
        /// The largest size that any attempt of this run has reached.
        var furthest: Int64 = 0
        var hasAdvanced = false
        /// How many bytes it may have.
        var maximum = PartFile.maximumUnstated
    }

    /// The most bytes of a rendition whose size the server does not state beforehand.
    private static let maximumUnstated: Int64 = 256 << 20

    let path: FilePath
    let file: FileDescriptor
    private let state: Locked<State>

    /// Opens the file, or creates it.
    ///
    /// - Throws: `ClientError` with `refused` if another run is using it; `SystemError`.
    init(_ path: FilePath) throws {
        self.path = path
        file = try FileDescriptor(writing: path)
        guard try file.status().kind == .file else {
            throw ClientError(.refused, "\(SanitizedText.of(path)) is in the way")
        }
        guard try file.lock() else {
            throw ClientError(.refused, "another run is fetching it into the same folder")
        }
        let size = try file.size()
        state = Locked(State(position: size, furthest: size))
    }

    /// The number of bytes that it has.
    var size: Int64 { state.withLock(\.position) }

    /// Whether the file has reached a new largest size since the last call.
    func takeAdvance() -> Bool {
        state.withLock { state in
            defer { state.hasAdvanced = false }
            return state.hasAdvanced
        }
    }

    /// Bounds the file.
    ///
    /// - Parameter bytes: the size that the server states for it; nil if it states none yet.
    func bound(to bytes: Int64?) { state.withLock { $0.maximum = bytes ?? Self.maximumUnstated } }

    /// Prepares for the body of a response: to append it if it is the missing part, otherwise to start from the
    /// beginning.
    ///
    /// - Returns: false for a response that is not a part of the file.
    func prepare(for response: HTTPClientResponse) throws -> Bool {
        switch response.status {
        case 200: try begin(at: 0)
        case 206:
            guard let start = Self.start(of: response.fields["Content-Range"] ?? ""), start <= size else {
                throw ClientError(.damaged, "the server sends another part of the file than was asked for")
            }
            try begin(at: start)
        default: return false
        }
        return true
    }

    /// Appends bytes.
    ///
    /// - Throws: `ClientError` with `damaged` if the file would have more bytes than it may; `SystemError`.
    func write(_ bytes: [UInt8]) throws {
        let isWithin = state.withLock { $0.position + Int64(bytes.count) <= $0.maximum }
        guard isWithin else { throw ClientError(.damaged, "the server sends more bytes than it says the file has") }
        try file.write(bytes)
        state.withLock { state in
            state.position += Int64(bytes.count)
            if state.position > state.furthest {
                state.furthest = state.position
                state.hasAdvanced = true
            }
        }
    }

    /// Discards the bytes.
    func startOver() throws { try begin(at: 0) }

    private func begin(at start: Int64) throws {
        try file.truncate(to: start)
        try file.seek(to: start)
        state.withLock { $0.position = start }
    }

    /// The first position of `bytes 100-199/1000` (RFC 9110, section 14.4).
    private static func start(of range: String) -> Int64? {
        guard range.hasPrefix("bytes ") else { return nil }
        return Int64(range.dropFirst(6).prefix { $0 != "-" })
    }
}

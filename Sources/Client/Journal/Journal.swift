internal import Chronology
internal import Domain
internal import Runtime
public import SystemIO

/// What earlier runs have uploaded to a server: an append-only file with a line for each image.
///
/// It says only which files need not be uploaded again, because the server has acknowledged them; lines that are
/// incomplete or unknown are ignored. It takes 16 bytes of memory for each line: its position, by a hash of its path.
public final class Journal: Sendable {
    private struct State {
        var offsets: [UInt64: UInt64] = [:]
        var end: UInt64
        /// Lines that have not been written yet.
        var pending: [UInt8] = []
        var flushed = ContinuousClock.now
        var isFlushing = false
        /// After a failed write nothing more is written.
        var isBroken = false
    }

    /// The first line of a journal in this format.
    private static let headline = "tintype-journal 1 "
    private static let pieceLength = 1 << 20
    /// A file that was changed within so many nanoseconds before it was read is not recorded: another change might
    /// leave its modification time the same.
    private static let settlingTime: Int64 = 2_000_000_000

    private static let flushInterval = Duration.milliseconds(100)

    private let file: FileDescriptor
    /// The folder of relative paths.
    private let base: FilePath
    private let state: Locked<State>

    /// Opens a journal, or creates one. It blocks.
    ///
    /// - Parameter purpose: the server and the account of the journal.
    /// - Throws: `SystemError`; `ClientError` with `usage` if the file is not a journal, or one for another purpose.
    public init(_ path: FilePath, for purpose: String) throws {
        let file = try FileDescriptor(writing: path, appending: true, mode: 0o600)
        guard try file.status().kind == .file else {
            throw ClientError(.usage, "the journal \(SanitizedText.of(path)) is not a file")
        }
        self.file = file
        base = try FilePath.currentFolder()
        let headline = Self.headline + purpose + "\n"
        let size = UInt64(try file.size())
        state = Locked(State(end: size))
        if size == 0 {
            try file.write(Array(headline.utf8))
            state.withLock { $0.end = UInt64(headline.utf8.count) }
            return
        }
        let beginning = try file.read(at: 0, count: headline.utf8.count)
        guard beginning == Array(headline.utf8) else {
            throw ClientError(
                .usage, "\(SanitizedText.of(path)) is not a journal of uploads for \(purpose): choose another --journal"
            )
        }
        try index(from: UInt64(beginning.count))
    }

    /// The entry of a file; nil if there is none, or if the file has changed. It blocks.
    func entry(of path: FilePath, _ status: FileStatus) -> JournalEntry? {
        let path = path.absolute(in: base)
        let key = hash(path.bytes)
        guard let offset = state.withLock({ $0.offsets[key] }) else { return nil }
        // A line that cannot be read counts as missing: the file is read instead.
        guard let bytes = try? file.read(at: Int64(offset), count: 16 << 10),
            let entry = JournalEntry(line: String(decoding: bytes.prefix { $0 != 10 }, as: UTF8.self)),
            entry.describes(status, at: path)
        else { return nil }
        return entry
    }

    /// Adds a line, which is written with the next `flush`.
    ///
    /// - Returns: whether a flush is due: at most ten times a second. After a crash the lost lines cost a later run
    ///   some time.
    func append(_ entry: JournalEntry) -> Bool {
        guard Timestamp.now.microseconds * 1000 - entry.modified > Self.settlingTime else { return false }
        var entry = entry
        entry.path = entry.path.absolute(in: base)
        let line = Array(entry.line.utf8)
        let key = hash(entry.path.bytes)
        return state.withLock { state in
            if state.isBroken { return false }
            state.offsets[key] = state.end
            state.end += UInt64(line.count)
            state.pending += line
            return state.flushed.duration(to: .now) > Self.flushInterval
        }
    }

    /// Writes the waiting lines in one write, unless another thread is writing. It blocks.
    ///
    /// - Returns: a warning, once, if the journal can no longer be written.
    func flush() -> String? {
        let lines = state.withLock { state -> [UInt8] in
            guard !state.isFlushing, !state.isBroken else { return [] }
            state.isFlushing = true
            defer { (state.pending, state.flushed) = ([], .now) }
            return state.pending
        }
        var warning: String?
        do throws(SystemError) {
            if !lines.isEmpty { try file.write(lines) }
        } catch {
            warning = "the journal cannot be written (\(error.meaning)): the run continues without it"
        }
        let isBroken = warning != nil
        state.withLock { state in
            state.isFlushing = false
            state.isBroken = state.isBroken || isBroken
        }
        return warning
    }

    /// Finds the position of each line, chunk by chunk, and terminates an incomplete last line so that the next is
    /// separate.
    private func index(from start: UInt64) throws {
        var lineStart = start
        var position = start
        var line: [UInt8] = []
        while true {
            let piece = try file.read(at: Int64(position), count: Self.pieceLength)
            if piece.isEmpty { break }
            for part in piece.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
                if part.offset > 0 {
                    if let entry = JournalEntry(line: String(decoding: line, as: UTF8.self)) {
                        let key = hash(entry.path.bytes)
                        state.withLock { $0.offsets[key] = lineStart }
                    }
                    lineStart += UInt64(line.count) + 1
                    line = []
                }
                line += part.element
            }
            position += UInt64(piece.count)
        }
        if !line.isEmpty {
            try file.write([10])
            position += 1
        }
        state.withLock { $0.end = position }
    }

    private func hash(_ path: [UInt8]) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(path)
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }
}

internal import Runtime
internal import Sodium
internal import SystemIO

/// The process that hashes could not be started, or has ended without an answer.
public struct PasswordWorkerFailure: Error {}

/// Hashes and compares passwords, one at a time, with low priority.
///
/// One hash takes 64 MiB and a tenth of a second: many at once would delay all other requests.
public final class PasswordWorkers: Sendable {
    /// The process has a low priority.
    private static let niceness: Int32 = 19

    private let pool: BlockingPool<PasswordSlot>

    /// - Parameters:
    ///   - executable: this program, which becomes a worker by its first argument.
    ///   - queue: how many may wait.
    public init(executable: String, queue: Int) {
        pool = BlockingPool(name: "passwords", threads: 1, queue: queue, niceness: Self.niceness) {
            PasswordSlot(executable: executable)
        }
    }

    /// - Throws: `PasswordWorkerFailure`; `PoolOverloaded` if too many wait.
    public func hash(_ password: String) async throws -> String {
        guard case .hash(let text) = try await ask(.make(password: password)) else { throw PasswordWorkerFailure() }
        return text
    }

    /// Whether a password matches a hash.
    public func matches(_ password: String, hash: String) async throws -> Bool {
        guard case .matches(let matches) = try await ask(.compare(password: password, hash: hash)) else {
            throw PasswordWorkerFailure()
        }
        return matches
    }

    /// Whether a hash was made with other limits than the current ones, and should be replaced.
    public static func isOutdated(_ hash: String) -> Bool { PasswordHash.isOutdated(hash) }

    public func close() async { await pool.close() }

    private func ask(_ request: PasswordRequest) async throws -> PasswordReply {
        try await pool.run { slot in try slot.ask(request) }
    }
}

/// The parent's end: one process, replaced if it has ended.
struct PasswordSlot {
    /// Much longer than any hash takes.
    private static let replyTimeout = Duration.seconds(60)

    let executable: String
    private var worker: (process: ChildProcess, socket: DescriptorSocket)?

    init(executable: String) { self.executable = executable }

    mutating func ask(_ request: PasswordRequest) throws -> PasswordReply {
        let socket = try connection()
        do {
            try socket.send(request.bytes)
            if let message = try socket.receive(within: Self.replyTimeout), let reply = PasswordReply(message.bytes) {
                return reply
            }
        } catch {
            worker = nil
            throw error
        }
        worker = nil
        throw PasswordWorkerFailure()
    }

    private mutating func connection() throws -> DescriptorSocket {
        if let worker { return worker.socket }
        let (mine, theirs) = try DescriptorSocket.pair()
        let process = try ChildProcess(
            executable: executable, arguments: [PasswordWorker.argument], environment: [], socket: theirs.descriptor)
        worker = (process, mine)
        return mine
    }
}

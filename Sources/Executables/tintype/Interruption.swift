import Runtime
import SystemIO

/// Runs work of a command that SIGINT and SIGTERM end in order.
enum Interruption {
    /// Runs the work; a signal cancels it.
    ///
    /// - Parameter interrupted: called at a signal, before the work is cancelled.
    /// - Returns: the result, and the signal's number if there was one.
    static func run<Value: Sendable>(
        _ work: @escaping @Sendable () async throws -> Value, interrupted: @escaping @Sendable () -> Void = {}
    ) async -> (outcome: Result<Value, any Error>, signal: Int32?) {
        TerminationSignals.postpone()
        let working = Task { try await work() }
        let signal = Locked<Int32?>(nil)
        let watching = Task {
            let number = await TerminationSignals.wait()
            signal.withLock { $0 = number }
            interrupted()
            working.cancel()
        }
        let outcome = await working.result
        watching.cancel()
        return (outcome, signal.withLock { $0 })
    }
}

internal import Runtime
internal import Synchronization

/// Keeps a server answering for a while after it has been asked to stop, while `/readyz` tells load balancers to send
/// their requests elsewhere.
///
/// It starts last and so stops first: the HTTP server goes on until `run` returns.
final class Drain: Service {
    /// Seconds from the request to stop until the server accepts no more connections.
    private let seconds: Double
    private let begun = Atomic(false)

    init(seconds: Double) { self.seconds = seconds }

    /// Whether the server has been asked to stop.
    var hasBegun: Bool { begun.load(ordering: .relaxed) }

    func run(ready: @escaping @Sendable () -> Void) async throws {
        ready()
        await ChangeSignal().wait(after: 0)
        begun.store(true, ordering: .relaxed)
        guard seconds > 0 else { return }
        // Detached: this task is cancelled, and load balancers still get their time.
        try await Task.detached { [seconds] in try await Task.sleep(for: .seconds(seconds)) }.value
    }
}

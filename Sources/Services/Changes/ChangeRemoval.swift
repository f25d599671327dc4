public import Runtime
internal import Telemetry

/// Removes old entries of the feed of changes, once an hour.
public struct ChangeRemoval: Service {
    private static let seconds = 3600.0

    private let changes: Changes
    private let log: Logger

    public init(changes: Changes, repository: Repository) { (self.changes, log) = (changes, repository.log) }

    /// Works until the task is cancelled. A failure is left to the next time.
    public func run(ready: @escaping @Sendable () -> Void) async {
        ready()
        while !Task.isCancelled {
            do {
                try await changes.removeOld()
            } catch  where !Task.isCancelled {
                log.log(.warning, "old changes cannot be removed", ["reason": "\(error)"])
            } catch {
                return
            }
            // A cancelled sleep ends early, as it should.
            try? await Task.sleep(for: .seconds(Self.seconds))
        }
    }
}

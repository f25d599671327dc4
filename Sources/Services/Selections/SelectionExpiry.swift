public import Runtime
internal import Telemetry

/// Removes the selections that have expired, every ten minutes.
public struct SelectionExpiry: Service {
    private static let seconds = 600.0

    private let selections: Selections
    private let log: Logger

    public init(selections: Selections, repository: Repository) {
        (self.selections, log) = (selections, repository.log)
    }

    /// Works until the task is cancelled. A failure is left to the next time.
    public func run(ready: @escaping @Sendable () -> Void) async {
        ready()
        while !Task.isCancelled {
            do {
                try await selections.removeExpired()
            } catch  where !Task.isCancelled {
                log.log(.warning, "old selections cannot be removed", ["reason": "\(error)"])
            } catch {
                return
            }
            // A cancelled sleep ends early, as it should.
            try? await Task.sleep(for: .seconds(Self.seconds))
        }
    }
}

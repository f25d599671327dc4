public import Runtime
internal import Telemetry

/// Removes what is kept of deleted images: at the start, when some have been deleted, and every hour those whose time in
/// the trash, or whose archives, are over.
public struct TrashPurge: Service {
    private static let intervalSeconds = 3600.0

    private let trash: Trash
    private let log: Logger

    public init(trash: Trash, repository: Repository) { (self.trash, log) = (trash, repository.log) }

    /// Works until the task is cancelled. A failure is left to the next time.
    public func run(ready: @escaping @Sendable () -> Void) async {
        ready()
        while !Task.isCancelled {
            let seen = trash.work.generation
            do {
                try await trash.purge()
            } catch  where !Task.isCancelled {
                log.log(.error, "the trash cannot be purged", ["reason": "\(error)"])
            } catch {
                return
            }
            await trash.work.wait(after: seen, atMost: Self.intervalSeconds)
        }
    }
}

internal import CatalogStorage
internal import Domain
internal import Runtime
internal import Telemetry

/// One download of an archive: records how far it is, from time to time and at its end, whatever that is.
final class ArchiveSending: Sendable {
    private static let interval = Duration.seconds(2)

    private struct State {
        var reached: Int64
        var recorded: Int64
        var lastRecord: ContinuousClock.Instant
    }

    private let archive: ArchiveID
    private let repository: Repository
    private let state: Locked<State>

    /// - Parameter start: the offset of the first byte that is sent.
    init(of archive: ArchiveID, from start: Int64, _ repository: Repository) {
        (self.archive, self.repository) = (archive, repository)
        state = Locked(State(reached: start, recorded: start, lastRecord: .now - Self.interval))
    }

    /// So many bytes more have gone to the client.
    func advance(_ bytes: Int) {
        let due: Int64? = state.withLock { state in
            state.reached += Int64(bytes)
            guard state.lastRecord.duration(to: .now) >= Self.interval else { return nil }
            (state.recorded, state.lastRecord) = (state.reached, .now)
            return state.reached
        }
        if let due { record(due) }
    }

    deinit {
        let last = state.withLock { $0 }
        if last.reached != last.recorded { record(last.reached) }
    }

    /// Later, because the thread that sends must not wait. A failure loses only the progress.
    private func record(_ offset: Int64) {
        let now = Timestamp.now
        Task { [archive, repository] in
            do {
                try await repository.catalog.recordSent(offset, of: archive, now: now)
            } catch {
                repository.log.log(
                    .debug, "the progress of a download is not recorded",
                    ["archive": "\(archive)", "reason": "\(error)"])
            }
        }
    }
}

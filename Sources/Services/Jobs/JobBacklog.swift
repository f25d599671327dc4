internal import Telemetry
internal import CatalogStorage
public import Domain

/// How much work waits, for whoever watches the server.
public struct JobBacklog: Sendable {
    /// What is done is not counted: most of it is forgotten at once.
    public static let states: [Job.State] = [.queued, .running, .failed]

    private let counts: [JobCount]

    init(_ counts: [JobCount]) { self.counts = counts }

    public func count(of kind: Job.Kind, _ state: Job.State) -> Int64 {
        counts.first { $0.kind == kind && $0.state == state }?.count ?? 0
    }

    /// How many seconds ago the oldest waiting job of a kind was requested; 0 if none waits.
    public func age(of kind: Job.Kind, now: Timestamp = .now) -> Double {
        guard let oldest = counts.first(where: { $0.kind == kind && $0.state == .queued })?.oldest else { return 0 }
        return max(0, Double(now.microseconds - oldest.microseconds) / 1e6)
    }
}

extension Jobs {
    /// The work that waits, runs or has failed; nil if the catalogue cannot be read.
    public func backlog() async -> JobBacklog? {
        do {
            return JobBacklog(try await repository.catalog.jobBacklog())
        } catch {
            repository.log.log(.warning, "the jobs cannot be counted", ["reason": "\(error)"])
            return nil
        }
    }
}

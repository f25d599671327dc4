import Foundation
import Synchronization

/// Holds the writer or a reader until others have arrived, with a time limit, so that a failing test ends.
final class Hold: Sendable {
    private static let seconds = 20.0

    private let isHeld = Atomic(false)
    private let arrivals = Atomic(0)

    /// In the body of the first write or read.
    func until(arrivals count: Int) { until { arrivals.load(ordering: .acquiring) >= count } }

    /// In the body of the first write or read.
    func until(_ condition: () -> Bool) {
        isHeld.store(true, ordering: .releasing)
        let deadline = Date(timeIntervalSinceNow: Self.seconds)
        while !condition(), Date() < deadline { Thread.sleep(forTimeInterval: 0.001) }
    }

    /// Once the first write runs, does some work, and then arrives. The caller then queues another write.
    func arrive(after work: () async throws -> Void = {}) async throws {
        let deadline = Date(timeIntervalSinceNow: Self.seconds)
        while !isHeld.load(ordering: .acquiring), Date() < deadline { try await Task.sleep(for: .milliseconds(1)) }
        try await work()
        arrivals.wrappingAdd(1, ordering: .releasing)
    }

    /// In the body of a read or a write: arrives, and blocks until `count` have arrived.
    ///
    /// - Returns: false if the others have not come in time.
    func meet(_ count: Int) -> Bool {
        arrivals.wrappingAdd(1, ordering: .releasing)
        let deadline = Date(timeIntervalSinceNow: Self.seconds)
        while arrivals.load(ordering: .acquiring) < count, Date() < deadline { Thread.sleep(forTimeInterval: 0.001) }
        return arrivals.load(ordering: .acquiring) >= count
    }

    /// Does some work when `count` have arrived, and then arrives.
    ///
    /// - Returns: false if the others have not come in time.
    func arrive(after count: Int, _ work: () async throws -> Void) async throws -> Bool {
        let deadline = Date(timeIntervalSinceNow: Self.seconds)
        while arrivals.load(ordering: .acquiring) < count {
            if Date() >= deadline { return false }
            try await Task.sleep(for: .milliseconds(1))
        }
        try await work()
        arrivals.wrappingAdd(1, ordering: .releasing)
        return true
    }
}

import Foundation
import Synchronization

/// Holds the writer, or a reader, up until others have come: with a bound, so that a failing test ends.
final class Hold: Sendable {
    private static let seconds = 20.0

    private let isHeld = Atomic(false)
    private let arrivals = Atomic(0)

    /// In the body of the write, or the read, that goes first.
    func until(arrivals count: Int) {
        isHeld.store(true, ordering: .releasing)
        let deadline = Date(timeIntervalSinceNow: Self.seconds)
        while arrivals.load(ordering: .acquiring) < count, Date() < deadline { Thread.sleep(forTimeInterval: 0.001) }
        // Who has arrived is about to queue its write.
        Thread.sleep(forTimeInterval: 0.05)
    }

    /// Once the first is under way does some work, and then arrives. What follows it is another write.
    func arrive(after work: () async throws -> Void = {}) async throws {
        let deadline = Date(timeIntervalSinceNow: Self.seconds)
        while !isHeld.load(ordering: .acquiring), Date() < deadline { try await Task.sleep(for: .milliseconds(1)) }
        try await work()
        arrivals.wrappingAdd(1, ordering: .releasing)
    }
}

import Dispatch

/// A number of threads that wait for each other, with a time limit, so that a failing test ends.
final class Meeting: Sendable {
    private let size: Int
    private let arrivals = Tally()
    private let complete = DispatchSemaphore(value: 0)

    init(of size: Int) { self.size = size }

    /// Blocks until all have arrived; false if they have not arrived in time.
    func arrive() -> Bool {
        if arrivals.add() == size {
            for _ in 1..<size { complete.signal() }
            return true
        }
        return complete.wait(timeout: .now() + 20) == .success
    }
}

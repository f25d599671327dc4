import Runtime
import TestApplication
import Testing

@testable import Composition

@Suite struct DrainTests {
    /// Notes whether the drain had begun when this service was cancelled.
    private struct Watched: Service {
        let drain: Drain
        let sawDrain = Locked(false)

        func run(ready: @escaping @Sendable () -> Void) async {
            ready()
            await ChangeSignal().wait(after: 0)
            let hasBegun = drain.hasBegun
            sawDrain.withLock { $0 = hasBegun }
        }
    }

    /// Runs a service before a drain, and stops both once they have started.
    ///
    /// - Returns: how long that took.
    private func stop(_ watched: Watched) async throws -> Duration {
        let started = ChangeSignal()
        let group = Task { try await ServiceGroup([watched, watched.drain]).run { started.signal() } }
        await started.wait(after: 0)
        #expect(!watched.drain.hasBegun)
        let asked = ContinuousClock.now
        group.cancel()
        try await group.value
        return asked.duration(to: .now)
    }

    @Test func `what was started before goes on for the delay`() async throws {
        let watched = Watched(drain: Drain(seconds: 0.3))
        #expect(try await stop(watched) >= .milliseconds(300))
        #expect(watched.sawDrain.withLock { $0 })
    }

    @Test func `without a delay it has begun before anything else stops`() async throws {
        let watched = Watched(drain: Drain(seconds: 0))
        _ = try await stop(watched)
        #expect(watched.sawDrain.withLock { $0 })
    }

    @Test func `a server that is to stop is not ready, and serves everything else`() async throws {
        try await TestApplication.run { application in
            let started = ChangeSignal()
            let drain = Task {
                try await application.server.drain.run { started.signal() }
            }
            await started.wait(after: 0)
            #expect(try await application.get("/readyz").status == 200)
            drain.cancel()
            try await drain.value
            let ready = try await application.get("/readyz")
            #expect(ready.status == 503 && ready["checks", "server"] == "is stopping")
            #expect(ready["checks", "store"] == "ok")
            #expect(try await application.get("/livez").status == 200)
            _ = try await application.upload(TestPicture.png())
        }
    }
}

import Runtime
import Testing

@Suite struct ServiceGroupTests {
    private struct Failure: Error, Equatable {
        let name: String
    }

    /// Records what services do, in order.
    private final class Record: Sendable {
        private let events = Locked<[String]>([])
        func note(_ event: String) { events.withLock { $0.append(event) } }
        var all: [String] { events.withLock { $0 } }
    }

    /// A service that behaves as configured, and records it.
    private struct Scripted: Service {
        enum Script {
            case runsUntilCancelled, endsAtOnce, failsBeforeReady, failsWhenReady
            /// Fails once it is cancelled.
            case failsWhileStopping
        }

        let name: String
        let record: Record
        var script = Script.runsUntilCancelled

        func run(ready: @escaping @Sendable () -> Void) async throws {
            record.note("\(name) starts")
            if script == .failsBeforeReady { throw Failure(name: name) }
            if script != .endsAtOnce { ready() }
            if script == .failsWhenReady { throw Failure(name: name) }
            if script == .endsAtOnce { return }
            await ChangeSignal().wait(after: 0)
            record.note("\(name) stops")
            if script == .failsWhileStopping { throw Failure(name: name) }
        }
    }

    private let record = Record()

    private func service(_ name: String, _ script: Scripted.Script = .runsUntilCancelled) -> Scripted {
        Scripted(name: name, record: record, script: script)
    }

    /// Runs a group that is cancelled as soon as it has started.
    private func runAndCancel(_ services: [any Service]) async throws {
        let started = ChangeSignal()
        let task = Task { try await ServiceGroup(services).run { started.signal() } }
        await started.wait(after: 0)
        record.note("started")
        task.cancel()
        try await task.value
    }

    @Test func `services start in order and stop in reverse`() async throws {
        try await runAndCancel([service("a"), service("b"), service("c")])
        #expect(record.all == ["a starts", "b starts", "c starts", "started", "c stops", "b stops", "a stops"])
    }

    @Test func `a service that has finished its work lets the next one start`() async throws {
        try await runAndCancel([service("a", .endsAtOnce), service("b")])
        #expect(record.all == ["a starts", "b starts", "started", "b stops"])
    }

    @Test(arguments: [false, true])
    func `a failure stops the services that run and is thrown`(isReady: Bool) async throws {
        let group = ServiceGroup([
            service("a"), service("b", isReady ? .failsWhenReady : .failsBeforeReady),
        ])
        await #expect(throws: Failure(name: "b")) { try await group.run() }
        #expect(record.all == ["a starts", "b starts", "a stops"])
    }

    @Test func `no service starts after a failure`() async throws {
        let group = ServiceGroup([service("a", .failsBeforeReady), service("b")])
        await #expect(throws: Failure(name: "a")) { try await group.run { record.note("started") } }
        #expect(record.all == ["a starts"])
    }

    @Test func `all services stop even if one fails while it stops`() async throws {
        await #expect(throws: Failure(name: "b")) {
            try await runAndCancel([service("a"), service("b", .failsWhileStopping), service("c")])
        }
        #expect(record.all.suffix(3) == ["c stops", "b stops", "a stops"])
    }

    @Test func `a group that is cancelled before it runs starts nothing`() async throws {
        let task = Task { [record] in
            withUnsafeCurrentTask { $0?.cancel() }
            try await ServiceGroup([Scripted(name: "a", record: record)]).run { record.note("started") }
        }
        try await task.value
        #expect(record.all.isEmpty)
    }

    @Test func `cancelling a group while a service prepares stops it`() async throws {
        struct Preparing: Service {
            let began: ChangeSignal
            func run(ready: @escaping @Sendable () -> Void) async throws {
                began.signal()
                await ChangeSignal().wait(after: 0)
                try Task.checkCancellation()
            }
        }
        let began = ChangeSignal()
        let task = Task { try await ServiceGroup([service("a"), Preparing(began: began), service("b")]).run() }
        await began.wait(after: 0)
        task.cancel()
        try await task.value
        #expect(record.all == ["a starts", "a stops"])
    }
}

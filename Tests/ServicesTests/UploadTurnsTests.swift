import Domain
import Runtime
import Testing

@testable import Services

/// The order of requests for one upload.
@Suite struct UploadTurnsTests {
    private let turns = UploadTurns()
    private let id = UploadID()
    private let order = Locked<[String]>([])

    /// How many requests work, or wait.
    private var count: Int { turns.state.withLock { $0.entries[id]?.count ?? 0 } }

    private func note(_ text: String) { order.withLock { $0.append(text) } }

    /// A request that receives until it is ended, and then puts away what it has.
    private func receiver(_ name: String, begun: ChangeSignal) -> Task<Bool, any Error> {
        Task {
            try await turns.withTurn(id) { turn in
                let result = await turn.receive {
                    begun.signal()
                    await ChangeSignal().wait(after: 0)
                    throw CancellationError()
                }
                note("\(name) is put away")
                return turn.isSuperseded && (try? result.get()) == nil
            }
        }
    }

    @Test func `a later request begins when the earlier one has put away what it has`() async throws {
        let begun = ChangeSignal()
        let first = receiver("first", begun: begun)
        await begun.wait(after: 0)
        try await turns.withTurn(id) { turn in
            #expect(!turn.isSuperseded)
            note("second")
        }
        #expect(try await first.value)
        #expect(order.withLock { $0 } == ["first is put away", "second"])
    }

    @Test func `requests for other uploads do not meet`() async throws {
        let begun = ChangeSignal()
        let first = receiver("first", begun: begun)
        await begun.wait(after: 0)
        try await turns.withTurn(UploadID()) { _ in note("other") }
        first.cancel()
        #expect(try await !first.value)
        #expect(order.withLock { $0 } == ["other", "first is put away"])
    }

    @Test func `whoever waits between two requests is passed over`() async throws {
        let (begun, waiting, hold) = (ChangeSignal(), ChangeSignal(), ChangeSignal())
        let first = Task {
            try await turns.withTurn(id) { _ in
                begun.signal()
                await hold.wait(after: 0)
            }
        }
        await begun.wait(after: 0)
        let second = Task {
            waiting.signal()
            try await turns.withTurn(id) { _ in note("second") }
        }
        await waiting.wait(after: 0)
        while count < 2 { await Task.yield() }
        let third = Task { try await turns.withTurn(id) { _ in note("third") } }
        while count < 3 { await Task.yield() }
        hold.signal()
        try await first.value
        try await third.value
        let error = await #expect(throws: ServiceError.self) { try await second.value }
        #expect(error?.code == .superseded)
        #expect(order.withLock { $0 } == ["third"])
        #expect(count == 0)
    }
}

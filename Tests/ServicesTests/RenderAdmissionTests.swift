import Domain
import Runtime
import Testing

@testable import Services

@Suite struct RenderAdmissionTests {
    private struct Failure: Error {}

    private static let digest = Digest(bytes: [UInt8](repeating: 0, count: 32))

    private static func cost(_ bytes: Int64) -> RenderCost { RenderCost(bytes: bytes, seconds: 0.01) }

    private func renders(budget: Int64 = 100, workers: Int, waiting: Int = 256) -> HeldRenders {
        HeldRenders(
            RenderAdmission(budget: budget, workers: workers, maximumWaiting: waiting, maximumWait: .seconds(3600)))
    }

    @Test func `renders begin while their memory fits`() async throws {
        let renders = renders(workers: 8)
        for name in ["a", "b", "c"] { try await renders.ask(name, bytes: 40) }
        #expect(renders.begun == ["a", "b"] && renders.admission.load == (1, 80))
        try await renders.end("a", thenBegin: "c")
        #expect(renders.admission.load == (0, 80))
        try await renders.end("b")
        try await renders.end("c")
        #expect(renders.admission.load == (0, 0))
    }

    @Test func `a render that needs more than the budget runs alone`() async throws {
        let renders = renders(workers: 8)
        try await renders.ask("small", bytes: 1)
        try await renders.ask("huge", bytes: .max)
        #expect(renders.begun == ["small"])
        try await renders.end("small", thenBegin: "huge")
        try await renders.ask("next", bytes: 1)
        #expect(renders.begun == ["small", "huge"] && renders.admission.load == (1, 100))
        try await renders.end("huge", thenBegin: "next")
        try await renders.end("next")
    }

    @Test func `contents take turns`() async throws {
        let renders = renders(workers: 1)
        try await renders.ask("first")
        for number in 1...3 { try await renders.ask("a\(number)", of: 1) }
        for number in 1...2 { try await renders.ask("b\(number)", of: 2) }
        try await renders.ask("c1", of: 3)
        let order = ["first", "a1", "b1", "c1", "a2", "b2", "a3"]
        for (name, next) in zip(order, order.dropFirst()) { try await renders.end(name, thenBegin: next) }
        try await renders.end("a3")
        #expect(renders.begun == order)
    }

    @Test(arguments: [(1, 1), (2, 1), (3, 2), (4, 3)])
    func `large renders leave a worker to the others`(workers: Int, heavy: Int) async throws {
        let renders = renders(budget: 1000, workers: workers)
        for number in 1...4 { try await renders.ask("heavy \(number)", of: UInt8(number), bytes: 251) }
        let begun = (1...heavy).map { "heavy \($0)" }
        #expect(renders.begun == begun)
        if workers > 1 {
            try await renders.ask("light", bytes: 100)
            #expect(renders.begun == begun + ["light"])
            try await renders.end("light")
        }
        for number in 1...(4 - heavy) {
            try await renders.end("heavy \(number)", thenBegin: "heavy \(number + heavy)")
        }
        for number in (5 - heavy)...4 { try await renders.end("heavy \(number)") }
        #expect(renders.admission.load == (0, 0))
    }

    @Test func `a large render can be overtaken only for a while`() async throws {
        let renders = renders(workers: 4)
        for number in 0..<3 { try await renders.ask("\(number)", of: 1, bytes: 20) }
        try await renders.ask("large", of: 2, bytes: 90)
        try await renders.ask("3", of: 3, bytes: 20)
        #expect(renders.begun == ["0", "1", "2", "3"])
        var number = 0
        while number < 200, !renders.begun.contains("large") {
            try await renders.ask("\(number + 4)", of: 1, bytes: 20)
            try await renders.end("\(number)")
            number += 1
        }
        #expect(renders.begun.contains("large"), "200 others have overtaken it")
    }

    @Test func `renders beyond the limits are refused`() async throws {
        let renders = renders(workers: 1, waiting: 20)
        try await renders.ask("first")
        for number in 0..<16 { try await renders.ask("a\(number)", of: 1, by: .server) }
        #expect(await refusal(by: renders.admission, of: 1) == .overloaded, "one client and one content have many")
        #expect(await refusal(by: renders.admission, of: 3) == .overloaded, "one client has many")
        for number in 0..<4 { try await renders.ask("b\(number)", of: 2) }
        #expect(renders.admission.load.waiting == 20)
        _ = try await renders.cancel("a7")
        try await renders.ask("c", of: 3)
        #expect(renders.admission.load.waiting == 20)
        try await renders.ask("d", of: 4, by: .address("another"))
        #expect(renders.admission.load.waiting == 20, "the last of the client that has most gives way")
        #expect(await renders.refused("a15") == .overloaded)
    }

    private func refusal(by admission: RenderAdmission, of content: UInt8) async -> ServiceError.Code? {
        guard let digest = Digest(bytes: [UInt8](repeating: content, count: 32)) else { return nil }
        let error = await #expect(throws: ServiceError.self) {
            try await admission.withRoom(for: Self.cost(1), of: digest, client: .server) {}
        }
        return error?.code
    }

    @Test func `a render that has waited too long is refused`() async throws {
        let digest = try #require(Self.digest)
        let admission = RenderAdmission(budget: 100, workers: 1, maximumWaiting: 8, maximumWait: .milliseconds(20))
        try await admission.withRoom(for: Self.cost(1), of: digest, client: .server) {
            #expect(await refusal(by: admission, of: 0) == .overloaded)
            #expect(admission.load == (0, 1))
            // This one has run for as long, and goes on.
        }
        #expect(admission.load == (0, 0))
    }

    @Test func `a cancelled render frees its place in the queue`() async throws {
        let renders = renders(workers: 1)
        for name in ["first", "second", "third"] { try await renders.ask(name) }
        #expect(try await renders.cancel("second") is CancellationError)
        #expect(renders.admission.load.waiting == 1)
        try await renders.end("first", thenBegin: "third")
        #expect(renders.begun == ["first", "third"])
    }

    @Test func `a failed render returns its memory`() async throws {
        let digest = try #require(Self.digest)
        let admission = RenderAdmission(budget: 100, workers: 1, maximumWaiting: 8, maximumWait: .seconds(3600))
        await #expect(throws: Failure.self) {
            try await admission.withRoom(for: Self.cost(60), of: digest, client: .server) { throw Failure() }
        }
        #expect(admission.load == (0, 0))
        #expect(try await admission.withRoom(for: Self.cost(60), of: digest, client: .server) { true })
    }

    @Test func `many renders stay within the limits, whichever are cancelled`() async throws {
        let admission = RenderAdmission(
            budget: 1000, workers: 4, maximumWaiting: 10_000, maximumWait: .seconds(3600))
        let underWay = Locked((bytes: Int64(0), count: 0, done: 0))
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<1000 {
                let bytes = Int64(number &* 7919 % 1200)
                let digest = Digest(bytes: [UInt8](repeating: UInt8(number % 7), count: 32))
                let task = Task {
                    try await admission.withRoom(
                        for: Self.cost(bytes), of: try #require(digest), client: .address("\(number % 5)")
                    ) {
                        let (bytesNow, countNow) = underWay.withLock { state in
                            (state.bytes, state.count) = (state.bytes + min(bytes, 1000), state.count + 1)
                            return (state.bytes, state.count)
                        }
                        #expect(bytesNow <= 1000 && countNow <= 4)
                        await Task.yield()
                        underWay.withLock { $0 = ($0.bytes - min(bytes, 1000), $0.count - 1, $0.done + 1) }
                    }
                }
                group.addTask { _ = await task.result }
                if number.isMultiple(of: 5) { group.addTask { task.cancel() } }
            }
        }
        #expect(underWay.withLock(\.done) >= 800)
        #expect(admission.load == (0, 0))
    }
}

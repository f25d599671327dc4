import Domain
import Testing

@testable import Services

/// Whose turn it is, between clients, and between cheap and dear renders.
@Suite struct RenderTurnsTests {
    private func renders(workers: Int, slots: Int? = nil, budget: Int64 = 1000, waiting: Int = 256) -> HeldRenders {
        HeldRenders(
            RenderAdmission(
                budget: budget, workers: workers, slots: slots, maximumWaiting: waiting, maximumWait: .seconds(3600)))
    }

    private let ada = RenderClient.address("ada")
    private let bob = RenderClient.address("bob")

    @Test func `clients take turns by the time that their renders cost`() async throws {
        let renders = renders(workers: 1)
        try await renders.ask("first", by: .server)
        for number in 1...4 { try await renders.ask("a\(number)", of: UInt8(number), seconds: 0.3, by: ada) }
        for number in 1...4 { try await renders.ask("b\(number)", of: UInt8(number), seconds: 0.1, by: bob) }
        let order = ["first", "b1", "b2", "a1", "b3", "b4", "a2", "a3", "a4"]
        for (name, next) in zip(order, order.dropFirst()) { try await renders.end(name, thenBegin: next) }
        #expect(renders.begun == order)
        try await renders.end("a4")
    }

    @Test(arguments: [0.4, 3.0]) func `a cheap render of another client is next, however many wait`(
        seconds: Double
    ) async throws {
        let renders = renders(workers: 1)
        try await renders.ask("first", seconds: seconds, by: ada)
        for number in 0..<40 { try await renders.ask("a\(number)", of: UInt8(number), seconds: seconds, by: ada) }
        try await renders.ask("b", seconds: 0.02, by: bob)
        try await renders.end("first", thenBegin: "b")
        #expect(renders.begun == ["first", "b"])
    }

    @Test func `a cheap render of a client goes before its dear ones`() async throws {
        let renders = renders(workers: 1)
        try await renders.ask("first", by: ada)
        for number in 0..<10 { try await renders.ask("a\(number)", of: UInt8(number), seconds: 0.3, by: ada) }
        try await renders.ask("small", of: 99, seconds: 0.02, by: ada)
        try await renders.end("first", thenBegin: "small")
        #expect(renders.begun == ["first", "small"])
    }

    @Test(arguments: [0.45, 2.0]) func `newcomers do not keep a long render waiting for ever`(
        seconds: Double
    ) async throws {
        let renders = renders(workers: 1)
        try await renders.ask("0", seconds: 0.1, by: .server)
        try await renders.ask("long", of: 1, seconds: seconds, by: ada)
        var number = 0
        while number < 100, !renders.begun.contains("long") {
            try await renders.ask("\(number + 1)", of: 2, seconds: 0.1, by: .address("\(number)"))
            try await renders.end("\(number)")
            number += 1
        }
        #expect(renders.begun.contains("long") && number > 3, "\(number) others came first")
    }

    @Test func `dear renders leave a worker to the others`() async throws {
        let renders = renders(workers: 2, slots: 4)
        for number in 1...4 { try await renders.ask("dear \(number)", of: UInt8(number), seconds: 60, by: ada) }
        #expect(renders.begun == ["dear 1"])
        try await renders.ask("cheap", seconds: 0.4, by: ada)
        #expect(renders.begun == ["dear 1", "cheap"])
        try await renders.ask("another", of: 9, seconds: 0.4, by: bob)
        #expect(renders.begun == ["dear 1", "cheap"], "all workers are busy")
        try await renders.ask("short", of: 10, seconds: 0.05, by: bob)
        #expect(renders.begun == ["dear 1", "cheap", "short"], "a short one is at hand for the next free worker")
        try await renders.end("cheap")
        #expect(renders.begun.count == 3, "the short one has the worker")
        try await renders.end("short", thenBegin: "another")
        try await renders.end("another")
        try await renders.end("dear 1", thenBegin: "dear 2")
    }

    @Test func `kept files of uploads wait for each other only`() async throws {
        let renders = renders(workers: 1)
        try await renders.ask("request")
        try await renders.ask("waiting")
        try await renders.ask("upload", of: 1, bytes: 5000, seconds: 9, by: .uploads)
        try await renders.ask("next upload", of: 2, seconds: 9, by: .uploads)
        #expect(renders.begun == ["request", "upload"] && renders.admission.load == (2, 1))
        try await renders.end("request", thenBegin: "waiting")
        try await renders.end("upload", thenBegin: "next upload")
        #expect(renders.begun == ["request", "upload", "waiting", "next upload"])
    }

    @Test func `nobody waits with a large render for a dear one to end`() async throws {
        let renders = renders(workers: 4, budget: 100)
        try await renders.ask("dear", of: 1, bytes: 60, seconds: 60, by: ada)
        try await renders.ask("large", of: 2, bytes: 50, by: ada)
        for number in 0..<100 {
            try await renders.ask("\(number)", of: 3, bytes: 5, by: bob)
            #expect(renders.begun.last == "\(number)")
            try await renders.end("\(number)")
        }
        try await renders.end("dear", thenBegin: "large")
    }

    @Test func `one client may have a page of pictures waiting, and does not use up the queue`() async throws {
        let renders = renders(workers: 1)
        for number in 0...128 { try await renders.ask("a\(number)", of: UInt8(number), by: ada) }
        #expect(renders.admission.load.waiting == 128)
        try await renders.ask("one too many", of: 200, by: ada)
        #expect(await renders.refused("one too many") == .overloaded)
        try await renders.ask("b", by: bob)
        #expect(renders.admission.load.waiting == 129)
        try await renders.end("a0", thenBegin: "a1")
        try await renders.end("a1", thenBegin: "b")
    }

    @Test func `the estimate counts what comes first`() async throws {
        let renders = renders(workers: 1)
        func estimate(_ client: RenderClient, of content: UInt8, _ seconds: Double = 0.25) throws -> Double {
            let digest = try #require(Digest(bytes: [UInt8](repeating: content, count: 32)))
            return renders.admission.estimatedSeconds(
                for: RenderCost(bytes: 1, seconds: seconds), of: digest, client: client)
        }
        #expect(try estimate(ada, of: 1) == 0.25)
        try await renders.ask("first", seconds: 0.5, by: .server)
        #expect(try estimate(ada, of: 1) == 0.75)
        for number in 1...4 { try await renders.ask("a\(number)", of: UInt8(number), seconds: 0.5, by: ada) }
        #expect(try estimate(ada, of: 9) == 1.75, "contents take turns")
        #expect(try estimate(ada, of: 9, 0.0625) == 0.8125, "cheap ones come first")
        #expect(try estimate(ada, of: 1) == 2.75, "and the renders of one content one after the other")
        #expect(try estimate(bob, of: 1) == 1, "clients take turns, too")
        try await renders.ask("dear", of: 9, seconds: 50, by: .server)
        #expect(try estimate(bob, of: 1) == 1, "dear ones do not come first")
    }

    @Test func `dear renders under way take away a worker`() async throws {
        let renders = renders(workers: 2)
        let digest = try #require(Digest(bytes: [UInt8](repeating: 0, count: 32)))
        let cost = RenderCost(bytes: 1, seconds: 0.25)
        try await renders.ask("dear", of: 1, seconds: 50, by: .server)
        #expect(renders.admission.estimatedSeconds(for: cost, of: digest, client: ada) == 0.25)
        try await renders.ask("cheap", of: 2, seconds: 0.5, by: bob)
        #expect(renders.admission.estimatedSeconds(for: cost, of: digest, client: ada) == 0.75)
    }
}

import Runtime
import Synchronization
import Testing

@Suite struct CoordinationTests {
    private struct Failure: Error {}

    @Test func `a keyed lock lets one task at a time work on a key`() async {
        let lock = KeyedLock<Int>()
        let inside = Tallies()
        let total = Tally()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<400 {
                group.addTask {
                    await lock.withLock(number % 4) {
                        #expect(inside.add(1, at: number % 4) == 1)
                        await Task.yield()
                        inside.add(-1, at: number % 4)
                        total.add()
                    }
                }
            }
        }
        #expect(total.count == 400)
    }

    @Test func `a keyed lock is let go when its body fails`() async throws {
        let lock = KeyedLock<String>()
        await #expect(throws: Failure.self) { try await lock.withLock("a") { throw Failure() } }
        #expect(await lock.withLock("a") { true })
    }

    @Test func `a single flight makes a thing once for all who ask`() async throws {
        let flight = SingleFlight<String, Int>()
        let made = Tally()
        let signal = ChangeSignal()
        let results = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    try await flight.run("x") {
                        let number = made.add()
                        await signal.wait(after: 0, atMost: 10)
                        return number
                    }
                }
            }
            for _ in 0..<200 { await Task.yield() }
            signal.signal()
            return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
        }
        #expect(results.count == made.count)
        #expect(try await flight.run("x") { -1 } == -1)
    }

    @Test func `a flight is finished when all have left, unless it is to end then`() async throws {
        let begun = ChangeSignal()
        let goOn = ChangeSignal()
        let finished = Tally()
        for endsWhenAllLeave in [false, true] {
            let finishedBefore = finished.count
            let flight = SingleFlight<String, Bool>(endsWhenAllLeave: endsWhenAllLeave)
            let (before, held) = (begun.generation, goOn.generation)
            let callers = (0..<3).map { _ in
                Task {
                    try await flight.run("x") {
                        begun.signal()
                        await goOn.wait(after: held, atMost: 30)
                        try Task.checkCancellation()
                        finished.add()
                        return true
                    }
                }
            }
            await begun.wait(after: before, atMost: 30)
            for caller in callers { caller.cancel() }
            if endsWhenAllLeave {
                for caller in callers {
                    await #expect(throws: CancellationError.self) { try await caller.value }
                }
                // Who comes now has a flight of their own.
                #expect(try await flight.run("x") { false } == false)
                #expect(finished.count == finishedBefore)
            } else {
                goOn.signal()
                for caller in callers { #expect(try await caller.value) }
                #expect(finished.count > finishedBefore)
            }
        }
    }

    @Test func `who leaves a flight takes nothing from the others`() async throws {
        let flight = SingleFlight<String, Int>(endsWhenAllLeave: true)
        let begun = ChangeSignal()
        let goOn = ChangeSignal()
        let work: @Sendable () async throws -> Int = {
            begun.signal()
            await goOn.wait(after: 0, atMost: 30)
            try Task.checkCancellation()
            return 7
        }
        let first = Task { try await flight.run("x", work) }
        await begun.wait(after: 0, atMost: 30)
        let others = (0..<20).map { _ in Task { try await flight.run("x", work) } }
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        goOn.signal()
        for other in others { #expect(try await other.value == 7) }
    }

    @Test func `a signal wakes all who wait, and only they wait on`() async {
        let signal = ChangeSignal()
        let woken = Tally()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    await signal.wait(after: 0, atMost: 30)
                    woken.add()
                }
            }
            signal.signal()
        }
        #expect(woken.count == 50)
        let started = ContinuousClock.now
        await signal.wait(after: signal.generation, atMost: 0.02)
        #expect(started.duration(to: .now) >= .milliseconds(20))
    }

    @Test func `a cancelled task waits for no bell`() async {
        let signal = ChangeSignal()
        let task = Task { await signal.wait(after: 0, atMost: 3600) }
        task.cancel()
        await task.value
    }

    @Test func `a cache forgets what was used longest ago, and keeps nothing stale`() {
        let cache = BoundedCache<Int, String>(capacity: 16)
        for number in 0..<16 { cache.insert("\(number)", for: number, since: cache.generation) }
        _ = cache[0]
        cache.insert("16", for: 16, since: cache.generation)
        #expect(cache[0] == "0" && cache[1] == nil && cache[16] == "16" && cache.count <= 16)
        let generation = cache.generation
        cache.remove([5])
        cache.insert("old", for: 5, since: generation)
        #expect(cache[5] == nil)
        cache.remove { key, _ in key.isMultiple(of: 2) }
        #expect(cache[16] == nil && cache[15] == "15")
    }
}

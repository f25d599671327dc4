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
        let bell = Bell()
        let results = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    try await flight.run("x") {
                        let number = made.add()
                        await bell.wait(after: 0, atMost: 10)
                        return number
                    }
                }
            }
            for _ in 0..<200 { await Task.yield() }
            bell.ring()
            return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
        }
        #expect(results.count == made.count)
        #expect(try await flight.run("x") { -1 } == -1)
    }

    @Test func `a bell wakes all who wait, and only they wait on`() async {
        let bell = Bell()
        let woken = Tally()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    await bell.wait(after: 0, atMost: 30)
                    woken.add()
                }
            }
            bell.ring()
        }
        #expect(woken.count == 50)
        let started = ContinuousClock.now
        await bell.wait(after: bell.rings, atMost: 0.02)
        #expect(started.duration(to: .now) >= .milliseconds(20))
    }

    @Test func `a cancelled task waits for no bell`() async {
        let bell = Bell()
        let task = Task { await bell.wait(after: 0, atMost: 3600) }
        task.cancel()
        await task.value
    }

    @Test func `a cache forgets what was used longest ago, and keeps nothing stale`() {
        let cache = BoundedCache<Int, String>(capacity: 16)
        for number in 0..<16 { cache.insert("\(number)", for: number, since: cache.epoch) }
        _ = cache[0]
        cache.insert("16", for: 16, since: cache.epoch)
        #expect(cache[0] == "0" && cache[1] == nil && cache[16] == "16" && cache.count <= 16)
        let epoch = cache.epoch
        cache.remove([5])
        cache.insert("old", for: 5, since: epoch)
        #expect(cache[5] == nil)
        cache.remove { key, _ in key.isMultiple(of: 2) }
        #expect(cache[16] == nil && cache[15] == "15")
    }
}

import Runtime
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct CoordinationTests {
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
        let execution = SerialExecution()
        let flight = SingleFlight<String, Int>()
        let (made, ended) = (Tally(), Tally())
        let results = Locked<[Int]>([])
        let mayEnd = Bell()
        for _ in 0..<100 {
            Task(executorPreference: execution) {
                let result = try await flight.run("x") {
                    let number = made.add()
                    await mayEnd.wait(after: 0, atMost: 3600)
                    return number
                }
                results.withLock { $0.append(result) }
                ended.add()
            }
        }
        await execution.settle()
        mayEnd.ring()
        #expect(try await ended.reaches(100))
        #expect(made.count == 1)
        #expect(results.withLock { $0 } == Array(repeating: 1, count: 100))
        #expect(try await flight.run("x") { -1 } == -1)
    }

    @Test func `flights of different keys are different`() async throws {
        let flight = SingleFlight<Int, Int>()
        let mayEnd = Bell()
        let first = Task {
            try await flight.run(1) {
                await mayEnd.wait(after: 0, atMost: 3600)
                return 1
            }
        }
        #expect(try await flight.run(2) { 2 } == 2)
        mayEnd.ring()
        #expect(try await first.value == 1)
    }

    @Test(arguments: [false, true])
    func `a failure reaches all who wait for a flight`(endsWhenAllLeave: Bool) async {
        let execution = SerialExecution()
        let flight = SingleFlight<String, Int>(endsWhenAllLeave: endsWhenAllLeave)
        let mayEnd = Bell()
        let failures = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<10 {
                group.addTask(executorPreference: execution) {
                    do {
                        _ = try await flight.run("x") {
                            await mayEnd.wait(after: 0, atMost: 3600)
                            throw Failure()
                        }
                        return false
                    } catch { return error is Failure }
                }
            }
            await execution.settle()
            mayEnd.ring()
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(failures == 10)
    }

    @Test func `a flight is finished when all have left, unless it is to end then`() async throws {
        let begun = Bell()
        let goOn = Bell()
        let finished = Tally()
        for endsWhenAllLeave in [false, true] {
            let finishedBefore = finished.count
            let flight = SingleFlight<String, Bool>(endsWhenAllLeave: endsWhenAllLeave)
            let (before, held) = (begun.rings, goOn.rings)
            let callers = (0..<3).map { _ in
                Task {
                    try await flight.run("x") {
                        begun.ring()
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
                goOn.ring()
                for caller in callers { #expect(try await caller.value) }
                #expect(finished.count > finishedBefore)
            }
        }
    }

    @Test func `who leaves a flight takes nothing from the others`() async throws {
        let flight = SingleFlight<String, Int>(endsWhenAllLeave: true)
        let begun = Bell()
        let goOn = Bell()
        let work: @Sendable () async throws -> Int = {
            begun.ring()
            await goOn.wait(after: 0, atMost: 30)
            try Task.checkCancellation()
            return 7
        }
        let first = Task { try await flight.run("x", work) }
        await begun.wait(after: 0, atMost: 30)
        let others = (0..<20).map { _ in Task { try await flight.run("x", work) } }
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        goOn.ring()
        for other in others { #expect(try await other.value == 7) }
    }

    @Test func `a bell wakes all who wait`() async throws {
        let execution = SerialExecution()
        let bell = Bell()
        let woken = Tally()
        for _ in 0..<50 {
            Task(executorPreference: execution) {
                await bell.wait(after: 0, atMost: 3600)
                woken.add()
            }
        }
        await execution.settle()
        #expect(woken.count == 0)
        bell.ring()
        #expect(try await woken.reaches(50))
        #expect(woken.count == 50)
    }

    @Test func `nobody waits for a ring that has been already`() async {
        let bell = Bell()
        bell.ring()
        bell.ring()
        #expect(bell.rings == 2)
        await bell.wait(after: 0, atMost: 3600)
        await bell.wait(after: 1, atMost: 3600)
        #expect(!Task.isCancelled)
    }

    @Test func `who waits for a later ring waits for its time at most`() async {
        let bell = Bell()
        bell.ring()
        let started = ContinuousClock.now
        await bell.wait(after: 1, atMost: 0.02)
        #expect(started.duration(to: .now) >= .milliseconds(20))
    }

    @Test func `a cancelled task waits for no bell`() async {
        let bell = Bell()
        let task = Task { await bell.wait(after: 0, atMost: 3600) }
        task.cancel()
        await task.value
    }

    @Test func `a caller that is cancelled already does not wait for a flight`() async {
        let flight = SingleFlight<String, Int>(endsWhenAllLeave: true)
        let never = Bell()
        let caller = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await flight.run("x") {
                await never.wait(after: 0, atMost: 3600)
                return 1
            }
        }
        caller.cancel()
        await #expect(throws: CancellationError.self) { try await caller.value }
    }

    @Test func `the work of a flight that all have left is cancelled`() async {
        let flight = SingleFlight<String, Int>(endsWhenAllLeave: true)
        let (begun, ended, never) = (Bell(), Bell(), Bell())
        let caller = Task {
            try await flight.run("x") {
                begun.ring()
                await never.wait(after: 0, atMost: 3600)
                if Task.isCancelled { ended.ring() }
                return 1
            }
        }
        await begun.wait(after: 0, atMost: 3600)
        caller.cancel()
        await ended.wait(after: 0, atMost: 3600)
        #expect(ended.rings == 1)
    }

    @Test func `what is shielded is finished though its caller is cancelled`() async throws {
        let (begun, goOn) = (Bell(), Bell())
        let caller = Task {
            try await shielded {
                begun.ring()
                await goOn.wait(after: 0, atMost: 3600)
                return Task.isCancelled
            }
        }
        await begun.wait(after: 0, atMost: 3600)
        caller.cancel()
        goOn.ring()
        #expect(try await caller.value == false)
    }

    @Test func `what is shielded is not begun by a task that is cancelled already`() async {
        let begun = Tally()
        let caller = Task {
            while !Task.isCancelled { await Task.yield() }
            try await shielded { _ = begun.add() }
        }
        caller.cancel()
        await #expect(throws: CancellationError.self) { try await caller.value }
        #expect(begun.count == 0)
    }

    @Test func `a result holds what its body answers or throws`() async throws {
        let success = await Result<Int, any Error> {
            await Task.yield()
            return 1
        }
        #expect(try success.get() == 1)
        let failure = await Result<Int, any Error> {
            await Task.yield()
            throw Failure()
        }
        #expect(throws: Failure.self) { try failure.get() }
    }
}

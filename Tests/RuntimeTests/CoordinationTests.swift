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

    @Test func `a keyed lock is released when its body fails`() async throws {
        let lock = KeyedLock<String>()
        await #expect(throws: Failure.self) { try await lock.withLock("a") { throw Failure() } }
        #expect(await lock.withLock("a") { true })
    }

    @Test func `a single flight runs once for all callers`() async throws {
        let execution = SerialExecution()
        let flight = SingleFlight<String, Int>()
        let (made, ended) = (Tally(), Tally())
        let results = Locked<[Int]>([])
        let mayEnd = ChangeSignal()
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
        mayEnd.signal()
        #expect(try await ended.reaches(100))
        #expect(made.count == 1)
        #expect(results.withLock { $0 } == Array(repeating: 1, count: 100))
        #expect(try await flight.run("x") { -1 } == -1)
    }

    @Test func `different keys have different flights`() async throws {
        let flight = SingleFlight<Int, Int>()
        let mayEnd = ChangeSignal()
        let first = Task {
            try await flight.run(1) {
                await mayEnd.wait(after: 0, atMost: 3600)
                return 1
            }
        }
        #expect(try await flight.run(2) { 2 } == 2)
        mayEnd.signal()
        #expect(try await first.value == 1)
    }

    @Test(arguments: [false, true])
    func `a failure reaches all callers of a flight`(endsWhenAllLeave: Bool) async {
        let execution = SerialExecution()
        let flight = SingleFlight<String, Int>(endsWhenAllLeave: endsWhenAllLeave)
        let mayEnd = ChangeSignal()
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
            mayEnd.signal()
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(failures == 10)
    }

    @Test func `a flight is finished after all callers have left, unless it is to be cancelled then`() async throws {
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
                // Later callers start a new flight.
                #expect(try await flight.run("x") { false } == false)
                #expect(finished.count == finishedBefore)
            } else {
                goOn.signal()
                for caller in callers { #expect(try await caller.value) }
                #expect(finished.count > finishedBefore)
            }
        }
    }

    @Test func `a caller that leaves a flight does not affect the others`() async throws {
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

    @Test func `a signal wakes all waiting tasks`() async throws {
        let execution = SerialExecution()
        let signal = ChangeSignal()
        let woken = Tally()
        for _ in 0..<50 {
            Task(executorPreference: execution) {
                await signal.wait(after: 0, atMost: 3600)
                woken.add()
            }
        }
        await execution.settle()
        #expect(woken.count == 0)
        signal.signal()
        #expect(try await woken.reaches(50))
        #expect(woken.count == 50)
    }

    @Test func `nobody waits for a signal that was sent already`() async {
        let signal = ChangeSignal()
        signal.signal()
        signal.signal()
        #expect(signal.generation == 2)
        await signal.wait(after: 0, atMost: 3600)
        await signal.wait(after: 1, atMost: 3600)
        #expect(!Task.isCancelled)
    }

    @Test func `waiting for a later signal takes at most the given time`() async {
        let signal = ChangeSignal()
        signal.signal()
        let started = ContinuousClock.now
        await signal.wait(after: 1, atMost: 0.02)
        #expect(started.duration(to: .now) >= .milliseconds(20))
    }

    @Test func `a cancelled task does not wait for a signal`() async {
        let signal = ChangeSignal()
        let task = Task { await signal.wait(after: 0, atMost: 3600) }
        task.cancel()
        await task.value
    }

    @Test func `a caller that is cancelled already does not wait for a flight`() async {
        let flight = SingleFlight<String, Int>(endsWhenAllLeave: true)
        let never = ChangeSignal()
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

    @Test func `the work of a flight is cancelled when all callers have left`() async {
        let flight = SingleFlight<String, Int>(endsWhenAllLeave: true)
        let (begun, ended, never) = (ChangeSignal(), ChangeSignal(), ChangeSignal())
        let caller = Task {
            try await flight.run("x") {
                begun.signal()
                await never.wait(after: 0, atMost: 3600)
                if Task.isCancelled { ended.signal() }
                return 1
            }
        }
        await begun.wait(after: 0, atMost: 3600)
        caller.cancel()
        await ended.wait(after: 0, atMost: 3600)
        #expect(ended.generation == 1)
    }

    @Test func `work without cancellation is finished even if its caller is cancelled`() async throws {
        let (begun, goOn) = (ChangeSignal(), ChangeSignal())
        let caller = Task {
            try await withoutCancellation {
                begun.signal()
                await goOn.wait(after: 0, atMost: 3600)
                return Task.isCancelled
            }
        }
        await begun.wait(after: 0, atMost: 3600)
        caller.cancel()
        goOn.signal()
        #expect(try await caller.value == false)
    }

    @Test func `work without cancellation is not begun by a task that is cancelled already`() async {
        let begun = Tally()
        let caller = Task {
            while !Task.isCancelled { await Task.yield() }
            try await withoutCancellation { _ = begun.add() }
        }
        caller.cancel()
        await #expect(throws: CancellationError.self) { try await caller.value }
        #expect(begun.count == 0)
    }

    @Test func `a result holds what its body returns or throws`() async throws {
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

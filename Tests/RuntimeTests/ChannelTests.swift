import Runtime
import Testing

@Suite(.timeLimit(.minutes(1))) struct ChannelTests {
    @Test(arguments: [1, 3, 100])
    func `every element that is sent is taken once`(capacity: Int) async {
        let channel = Channel<Int>(capacity: capacity)
        let taken = await withTaskGroup(of: Int.self) { group in
            for sender in 0..<8 {
                group.addTask {
                    for number in 0..<500 { await channel.send(sender * 500 + number) }
                    return 0
                }
            }
            for taker in 0..<4 {
                group.addTask {
                    var sum = 0
                    while true {
                        let batch = await channel.batch(upTo: taker == 0 ? 7 : 1)
                        if batch.isEmpty { return sum }
                        sum += batch.reduce(0, +)
                        if taker == 1 { await Task.yield() }
                    }
                }
            }
            for _ in 0..<8 { _ = await group.next() }
            channel.finish()
            return await group.reduce(0, +)
        }
        #expect(taken == 4000 * 3999 / 2)
    }

    @Test func `as many senders continue as there is room for`() async {
        let execution = SerialExecution()
        let channel = Channel<Int>(capacity: 2)
        let sent = Tally()
        await withTaskGroup(of: Bool.self) { group in
            for number in 0..<10 {
                group.addTask(executorPreference: execution) {
                    defer { sent.add() }
                    return await channel.send(number)
                }
            }
            await execution.settle()
            #expect(sent.count == 2)
            var taken: [Int] = []
            for count in [1, 2, 5] {
                taken += await channel.batch(upTo: count)
                await execution.settle()
                #expect(sent.count == taken.count + 2)
            }
            // A batch has the available elements, but no more than requested.
            #expect(taken == [0, 1, 2, 3, 4])
            while taken.count < 10, let number = await channel.next() { taken.append(number) }
            #expect(taken == Array(0..<10))
            for await wasSent in group { #expect(wasSent) }
        }
    }

    @Test func `all waiting tasks learn of the end, once`() async {
        let execution = SerialExecution()
        let channel = Channel<Int>(capacity: 1)
        await withTaskGroup(of: Int?.self) { group in
            for _ in 0..<3 { group.addTask(executorPreference: execution) { await channel.next() } }
            await execution.settle()
            channel.finish()
            channel.finish()
            for await number in group { #expect(number == nil) }
        }
    }

    @Test func `each element wakes one waiting task`() async {
        let execution = SerialExecution()
        let channel = Channel<Int>(capacity: 5)
        await withTaskGroup(of: Int?.self) { group in
            for _ in 0..<3 { group.addTask(executorPreference: execution) { await channel.next() } }
            await execution.settle()
            for number in 0..<3 { #expect(await channel.send(number)) }
            let taken = await group.reduce(into: Set<Int?>()) { $0.insert($1) }
            #expect(taken == [0, 1, 2])
        }
    }

    @Test func `does not keep elements that were taken`() async {
        final class Thing: Sendable {}
        let channel = Channel<Thing>(capacity: 4)
        let known = Locked(WeakThings<Thing>())
        for _ in 0..<3 {
            let thing = Thing()
            known.withLock { $0.add(thing) }
            await channel.send(thing)
        }
        #expect(known.withLock(\.living) == 3)
        #expect(await channel.batch(upTo: 3).count == 3)
        #expect(known.withLock(\.living) == 0)
    }

    @Test func `elements that were sent before the end can be taken, and none after it`() async {
        let channel = Channel<Int>(capacity: 5)
        await channel.send(1)
        channel.finish()
        #expect(await !channel.send(2))
        #expect(await channel.next() == 1)
        #expect(await channel.next() == nil)
    }

    @Test func `cancelling wakes all waiting tasks, and drops waiting elements`() async {
        let execution = SerialExecution()
        let channel = Channel<Int>(capacity: 1)
        await channel.send(1)
        let sending = Task(executorPreference: execution) { await channel.send(2) }
        let empty = Channel<Int>(capacity: 1)
        let taking = Task(executorPreference: execution) { await empty.next() }
        await execution.settle()
        channel.cancel()
        empty.cancel()
        #expect(await !sending.value)
        #expect(await taking.value == nil)
        #expect(await channel.next() == nil)
        #expect(await !channel.send(3))
    }
}

/// Weak references to objects.
private struct WeakThings<Thing: AnyObject> {
    private struct Weak {
        weak var thing: Thing?
    }

    private var things: [Weak] = []

    mutating func add(_ thing: Thing) { things.append(Weak(thing: thing)) }

    var living: Int { things.count { $0.thing != nil } }
}

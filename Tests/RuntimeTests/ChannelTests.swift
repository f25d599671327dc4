import Runtime
import Testing

@Suite(.timeLimit(.minutes(1))) struct ChannelTests {
    @Test(arguments: [1, 3, 100])
    func `everything that is sent is taken, once, by whoever takes`(capacity: Int) async {
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

    @Test func `who sends waits for room`() async {
        let channel = Channel<Int>(capacity: 2)
        let sent = Tally()
        let sending = Task {
            for number in 0..<10 {
                await channel.send(number)
                sent.add()
            }
            channel.finish()
        }
        while sent.count < 2 { await Task.yield() }
        for _ in 0..<100 { await Task.yield() }
        #expect(sent.count == 2)
        var taken: [Int] = []
        while let number = await channel.next() { taken.append(number) }
        await sending.value
        #expect(taken == Array(0..<10))
    }

    @Test func `what was sent before the end is still taken, and nothing after it`() async {
        let channel = Channel<Int>(capacity: 5)
        await channel.send(1)
        channel.finish()
        #expect(await !channel.send(2))
        #expect(await channel.next() == 1)
        #expect(await channel.next() == nil)
    }

    @Test func `cancelling wakes all who wait, and drops what waits`() async {
        let channel = Channel<Int>(capacity: 1)
        await channel.send(1)
        let sending = Task { await channel.send(2) }
        let empty = Channel<Int>(capacity: 1)
        let taking = Task { await empty.next() }
        for _ in 0..<100 { await Task.yield() }
        channel.cancel()
        empty.cancel()
        #expect(await !sending.value)
        #expect(await taking.value == nil)
        #expect(await channel.next() == nil)
    }
}

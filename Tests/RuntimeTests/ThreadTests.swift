import Glibc
import Runtime
import Testing

@Suite struct ThreadTests {
    @Test func `joining waits for the end of the thread`() {
        let ended = Tally()
        SystemThread {
            usleep(50_000)
            ended.add()
        }.join()
        #expect(ended.count == 1)
    }

    @Test(arguments: [1, 7] as [Int32])
    func `a thread has the requested niceness, and no other has it`(step: Int32) {
        let before = niceness()
        let seen = Locked<Int32?>(nil)
        SystemThread(niceness: before + step) { seen.withLock { $0 = niceness() } }.join()
        #expect(seen.withLock { $0 } == before + step)
        #expect(niceness() == before)
        SystemThread { seen.withLock { $0 = niceness() } }.join()
        #expect(seen.withLock { $0 } == before)
    }

    @Test func `only one thread at a time uses the value of a lock`() {
        let value = Locked(0)
        #expect(isAlone { body in value.withLock { _ in body() } })
    }

    @Test func `only one thread at a time uses the value of a monitor`() {
        let value = Monitor(0)
        #expect(isAlone { body in value.withLock { _ in body() } })
        let takes: @Sendable (() -> Void) -> Void = { body in
            _ = value.waitAndTake { _ in
                body()
                return Monitor<Int>.Decision.take(())
            }
        }
        #expect(isAlone(takes))
    }

    @Test func `no change of many threads is lost`() {
        let (locked, guarded) = (Locked(0), Monitor(0))
        let threads = (0..<8).map { _ in
            SystemThread {
                for _ in 0..<10_000 {
                    locked.withLock { $0 += 1 }
                    guarded.withLock { $0 += 1 }
                }
            }
        }
        for thread in threads { thread.join() }
        #expect(locked.withLock { $0 } == 80_000 && guarded.withLock { $0 } == 80_000)
    }

    @Test func `a lock is released when its body fails`() {
        struct Failure: Error {}
        let value = Locked(1)
        #expect(throws: Failure.self) { try value.withLock { _ in throw Failure() } }
        #expect(value.withLock { $0 } == 1)
        let guarded = Monitor(2)
        #expect(throws: Failure.self) { try guarded.withLock { _ in throw Failure() } }
        #expect(guarded.withLock { $0 } == 2)
    }

    @Test func `a waiting thread takes an element, or stops with nothing`() {
        let value = Monitor(0)
        let taken = Locked<[Int?]>([])
        let threads = (0..<2).map { _ in
            SystemThread {
                let number = value.waitAndTake { value -> Monitor<Int>.Decision<Int> in
                    if value < 0 { return .stop }
                    if value == 0 { return .wait }
                    defer { value = -1 }
                    return .take(value)
                }
                taken.withLock { $0.append(number) }
            }
        }
        value.withLock { $0 = 7 }
        value.wakeAll()
        for thread in threads {
            // The thread that found nothing waits until it is signalled.
            value.wakeAll()
            thread.join()
        }
        #expect(taken.withLock { Set($0) } == [7, nil])
    }

    /// Whether no other thread enters while one is inside `enter`.
    private func isAlone(_ enter: @escaping @Sendable (() -> Void) -> Void) -> Bool {
        let inside = Tally()
        let other = Locked<SystemThread?>(nil)
        var wasAlone = false
        enter {
            other.withLock { $0 = SystemThread { enter { inside.add() } } }
            // Enough time for the other thread to enter, if it could.
            usleep(100_000)
            wasAlone = inside.count == 0
        }
        other.withLock { $0 }?.join()
        return wasAlone && inside.count == 1
    }
}

/// The niceness of the calling thread, on Linux.
private func niceness() -> Int32 { getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) }

/// A bounded queue between tasks: who sends waits while it is full, who takes waits while it is empty.
///
/// Any number of tasks may send and take. It does not observe cancellation: its owner calls `cancel`.
public final class Channel<Element: Sendable>: Sendable {
    private struct State {
        var elements = Deque<Element>()
        var senders = Deque<(element: Element, continuation: CheckedContinuation<Bool, Never>)>()
        var takers = Deque<CheckedContinuation<Void, Never>>()
        var isFinished = false
    }

    private let capacity: Int
    private let state = Locked(State())

    /// - Parameter capacity: how many elements may wait, at least 1.
    public init(capacity: Int) { self.capacity = max(1, capacity) }

    /// Adds an element, when there is room for it; false if nobody will take it any more.
    @discardableResult
    public func send(_ element: Element) async -> Bool {
        await withCheckedContinuation { continuation in
            let (outcome, taker) = state.withLock { state -> (Bool?, CheckedContinuation<Void, Never>?) in
                if state.isFinished { return (false, nil) }
                guard state.elements.count < capacity else {
                    state.senders.append((element, continuation))
                    return (nil, nil)
                }
                state.elements.append(element)
                return (true, state.takers.popFirst())
            }
            taker?.resume()
            if let outcome { continuation.resume(returning: outcome) }
        }
    }

    /// The next element; nil if the channel is finished and empty.
    public func next() async -> Element? { await batch(upTo: 1).first }

    /// The elements that are there, at most `count`, and at least one; none if the channel is finished and empty.
    public func batch(upTo count: Int) async -> [Element] {
        while true {
            let (taken, admitted, isFinished) = state.withLock { state in
                Self.take(count, &state, capacity: capacity)
            }
            for sender in admitted { sender.resume(returning: true) }
            if !taken.isEmpty || isFinished { return taken }
            await waitForElements()
        }
    }

    /// No more elements will be sent: those that wait are still taken.
    public func finish() {
        let takers = state.withLock { state in
            state.isFinished = true
            defer { state.takers = Deque() }
            return state.takers
        }
        for taker in takers { taker.resume() }
    }

    /// Nothing is taken any more, and whatever waits is dropped.
    public func cancel() {
        let senders = state.withLock { state in
            defer { (state.elements, state.senders) = (Deque(), Deque()) }
            state.isFinished = true
            return state.senders
        }
        for sender in senders { sender.continuation.resume(returning: false) }
        finish()
    }

    private func waitForElements() async {
        await withCheckedContinuation { continuation in
            let goesOn = state.withLock { state in
                if !state.elements.isEmpty || state.isFinished { return true }
                state.takers.append(continuation)
                return false
            }
            if goesOn { continuation.resume() }
        }
    }

    private static func take(
        _ count: Int, _ state: inout State, capacity: Int
    ) -> (taken: [Element], admitted: [CheckedContinuation<Bool, Never>], isFinished: Bool) {
        var taken: [Element] = []
        while taken.count < count, let element = state.elements.popFirst() { taken.append(element) }
        var admitted: [CheckedContinuation<Bool, Never>] = []
        while state.elements.count < capacity, let sender = state.senders.popFirst() {
            state.elements.append(sender.element)
            admitted.append(sender.continuation)
        }
        return (taken, admitted, state.isFinished && state.elements.isEmpty)
    }
}

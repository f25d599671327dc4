/// A queue on a ring: constant time at both ends.
struct Deque<Element>: Sequence {
    private var ring: [Element?] = []
    private var head = 0
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    mutating func append(_ element: Element) {
        if count == ring.count { grow() }
        ring[(head + count) % ring.count] = element
        count += 1
    }

    mutating func popFirst() -> Element? {
        guard count > 0 else { return nil }
        let element = ring[head]
        ring[head] = nil
        head = (head + 1) % ring.count
        count -= 1
        return element
    }

    func makeIterator() -> AnyIterator<Element> {
        var rest = self
        return AnyIterator { rest.popFirst() }
    }

    private mutating func grow() {
        var larger: [Element?] = []
        larger.reserveCapacity(Swift.max(8, ring.count * 2))
        for offset in 0..<count { larger.append(ring[(head + offset) % ring.count]) }
        larger.append(contentsOf: repeatElement(nil, count: Swift.max(8, ring.count * 2) - count))
        (ring, head) = (larger, 0)
    }
}

import Testing

@testable import Domain

@Suite struct PositionKeyTests {
    @Test func `keys at the ends stay short and in order`() throws {
        var last = PositionKey.first
        var first = PositionKey.first
        for _ in 0..<10_000 {
            let (next, former) = (PositionKey.after(last), PositionKey.before(first))
            #expect(last < next && former < first)
            (last, first) = (next, former)
        }
        #expect(last.text.utf8.count == 6 && first.text.utf8.count == 6)
    }

    @Test(arguments: [("zzzzzz", nil), (nil, "000000"), (nil, "0000001"), ("zzzzzzz", nil)] as [(String?, String?)])
    func `there is room behind the last number and before the first one`(lower: String?, upper: String?) throws {
        let key = PositionKey.between(lower.map(PositionKey.init), upper.map(PositionKey.init))
        if upper == "000000" {
            #expect(key == nil || key != PositionKey("000000"))
        } else {
            let key = try #require(key)
            if let lower { #expect(PositionKey(lower) < key) }
            if let upper { #expect(key < PositionKey(upper)) }
        }
    }

    @Test func `a key between two others never ends, until it would be too long`() throws {
        let upper = PositionKey.after(.first)
        var lower = PositionKey.first
        var count = 0
        while let key = PositionKey.between(lower, upper) {
            #expect(lower < key && key < upper && key.text.utf8.count <= PositionKey.maximumLength)
            (lower, count) = (key, count + 1)
        }
        #expect(count > 200)
        #expect(PositionKey.between(lower, lower) == nil && PositionKey.between(upper, lower) == nil)
    }

    @Test func `random insertions keep the order of text`() throws {
        var generator = SystemRandomNumberGenerator()
        var keys: [PositionKey] = []
        for _ in 0..<5000 {
            let place = Int.random(in: 0...keys.count, using: &generator)
            let key = PositionKey.between(
                place > 0 ? keys[place - 1] : nil, place < keys.count ? keys[place] : nil)
            keys.insert(try #require(key), at: place)
        }
        #expect(zip(keys, keys.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test(arguments: [0, 1, 2, 7, 400]) func `spread keys are in order and between their bounds`(count: Int) throws {
        let (lower, upper) = (PositionKey("V00000VVVVVVVVVVVV1"), PositionKey("V00000VVVVVVVVVVVV2"))
        for (low, high) in [(lower, upper), (lower, nil), (nil, upper), (nil, nil)] as [(PositionKey?, PositionKey?)] {
            let keys = try #require(PositionKey.spread(count, between: low, high))
            let all = [low].compactMap { $0 } + keys + [high].compactMap { $0 }
            #expect(keys.count == count && zip(all, all.dropFirst()).allSatisfy { $0 < $1 })
        }
    }
}

@Suite struct AlbumNestingTests {
    @Test func `an album is neither in itself nor too deep`() {
        let chain = (0..<20).map { _ in AlbumID() }
        #expect(AlbumNesting(of: chain[0], height: 1, below: [chain[0]]) == .cycle)
        #expect(AlbumNesting(of: chain[3], height: 2, below: Array(chain[..<4])) == .cycle)
        #expect(AlbumNesting(of: AlbumID(), height: 1, below: []) == .allowed)
        #expect(AlbumNesting(of: nil, height: 1, below: Array(chain[..<19])) == .allowed)
        #expect(AlbumNesting(of: nil, height: 1, below: chain) == .tooDeep)
        #expect(AlbumNesting(of: AlbumID(), height: 3, below: Array(chain[..<18])) == .tooDeep)
    }

    @Test func `roles include those before them`() {
        #expect(AlbumRole.allCases.sorted() == [.viewer, .contributor, .manager, .owner])
        #expect(AlbumAudience.nobody < .members && .members < AlbumAudience.everybody)
    }
}

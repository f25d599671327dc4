import Runtime
import Testing

@Suite struct BoundedCacheTests {
    /// A cache that holds the numbers from 0 on, as text.
    private func cache(capacity: Int, numbers: Int) -> BoundedCache<Int, String> {
        let cache = BoundedCache<Int, String>(capacity: capacity)
        for number in 0..<numbers { cache.insert("\(number)", for: number, since: cache.generation) }
        return cache
    }

    private func kept(_ cache: BoundedCache<Int, String>, of numbers: Range<Int>) -> [Int] {
        numbers.filter { cache[$0] == "\($0)" }
    }

    @Test(arguments: [(16, 16), (17, 17), (32, 32), (1, 16), (0, 16), (-5, 16)])
    func `keeps as many values as it may, and an eighth less when that is exceeded`(capacity: Int, bound: Int) {
        let full = cache(capacity: capacity, numbers: bound)
        #expect(full.count == bound && kept(full, of: 0..<bound) == Array(0..<bound))
        full.insert("\(bound)", for: bound, since: full.generation)
        let rest = bound - bound / 8
        #expect(full.count == rest && kept(full, of: 0..<bound + 1) == Array(bound + 1 - rest..<bound + 1))
    }

    @Test func `forgets the least recently used value`() {
        let cache = cache(capacity: 16, numbers: 16)
        for number in (0..<16).reversed() { #expect(cache[number] == "\(number)") }
        cache.insert("16", for: 16, since: cache.generation)
        #expect(kept(cache, of: 0..<17) == Array(0...12) + [16])
    }

    @Test func `a value that is inserted again counts as used`() {
        let cache = cache(capacity: 16, numbers: 16)
        cache.insert("0", for: 0, since: cache.generation)
        cache.insert("16", for: 16, since: cache.generation)
        #expect(kept(cache, of: 0..<17) == [0] + Array(4...16))
    }

    @Test func `does not keep values that were looked up before a removal`() {
        let cache = cache(capacity: 16, numbers: 8)
        let beforeKeys = cache.generation
        cache.remove([5])
        cache.insert("old", for: 5, since: beforeKeys)
        #expect(cache[5] == nil && cache.generation != beforeKeys)
        let beforeStale = cache.generation
        cache.remove { key, value in key == 6 && value == "6" }
        cache.insert("old", for: 6, since: beforeStale)
        #expect(cache[6] == nil && cache.generation != beforeStale && cache.generation != beforeKeys)
        cache.insert("new", for: 6, since: cache.generation)
        #expect(cache[6] == "new" && cache.count == 7)
        #expect(kept(cache, of: 0..<8) == [0, 1, 2, 3, 4, 7])
    }
}

/// Where an image stands in an album that is ordered by hand: text that is compared byte by byte.
///
/// The first digits count what is put at the ends; further digits are a fraction, so that there is always a key between two
/// others. Moving one image changes one key (`docs/decisions/0057`).
public struct PositionKey: Hashable, Sendable, Comparable {
    /// Keys do not become longer: those around them are spread anew before.
    public static let maximumLength = 48
    private static let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
    private static let values = Dictionary(uniqueKeysWithValues: digits.enumerated().map { ($1, $0) })
    private static let base = digits.count
    private static let wholeLength = 6

    public let text: String

    /// - Parameter text: as the catalogue has it.
    public init(_ text: String) { self.text = text }

    public static func < (left: PositionKey, right: PositionKey) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    /// The first key of an album, with room before it and behind it.
    public static let first = PositionKey([base / 2] + Array(repeating: 0, count: wholeLength - 1))

    /// A key behind another one.
    static func after(_ key: PositionKey) -> PositionKey {
        var whole = key.whole
        for index in whole.indices.reversed() {
            if whole[index] < base - 1 {
                whole[index] += 1
                return PositionKey(whole)
            }
            whole[index] = 0
        }
        return PositionKey(between(key.numbers, nil))
    }

    /// A key before another one.
    static func before(_ key: PositionKey) -> PositionKey {
        var whole = key.whole
        for index in whole.indices.reversed() {
            if whole[index] > 0 {
                whole[index] -= 1
                return PositionKey(whole)
            }
            whole[index] = base - 1
        }
        return PositionKey(between([], key.numbers))
    }

    /// A key between two others; nil at an end for none.
    ///
    /// Nil if there is none, because both are the same, or if it would be too long.
    public static func between(_ lower: PositionKey?, _ upper: PositionKey?) -> PositionKey? {
        switch (lower, upper) {
        case (nil, nil): return first
        case (let lower?, nil): return after(lower).checked
        case (nil, let upper?): return before(upper).checked
        case (let lower?, let upper?):
            return lower < upper ? PositionKey(between(lower.numbers, upper.numbers)).checked : nil
        }
    }

    /// Keys between two others, as short as possible.
    ///
    /// Nil if they would be too long.
    public static func spread(_ count: Int, between lower: PositionKey?, _ upper: PositionKey?) -> [PositionKey]? {
        if count == 0 { return [] }
        guard let lower, upper != nil else {
            // At an end, where there is room.
            var keys: [PositionKey] = []
            var last = lower ?? upper
            for _ in 0..<count {
                guard let key = lower != nil ? between(last, nil) : between(nil, last) else { return nil }
                keys.append(key)
                last = key
            }
            return lower != nil ? keys : keys.reversed()
        }
        let half = count / 2
        guard let middle = between(lower, upper), let left = spread(half, between: lower, middle),
            let right = spread(count - half - 1, between: middle, upper)
        else { return nil }
        return left + [middle] + right
    }

    private init(_ numbers: [Int]) {
        let padding = Array(repeating: 0, count: max(0, Self.wholeLength - numbers.count))
        text = String(decoding: (numbers + padding).map { Self.digits[$0] }, as: UTF8.self)
    }

    private var checked: PositionKey? { text.utf8.count <= Self.maximumLength ? self : nil }

    private var numbers: [Int] { text.utf8.map { Self.values[$0] ?? 0 } }

    private var whole: [Int] {
        let numbers = numbers.prefix(Self.wholeLength)
        return numbers + Array(repeating: 0, count: Self.wholeLength - numbers.count)
    }

    /// Digits of a number between two others; the upper one is 1 if it is nil.
    private static func between(_ lower: [Int], _ upper: [Int]?) -> [Int] {
        var (result, upper) = ([Int](), upper)
        while true {
            let low = result.count < lower.count ? lower[result.count] : 0
            let high = upper.map { result.count < $0.count ? $0[result.count] : 0 } ?? base
            let middle = (low + high) / 2
            // Nothing is below zero: the result is too long then, and refused.
            if middle > low || result.count > maximumLength { return result + [middle] }
            result.append(low)
            if high > low { upper = nil }
        }
    }
}

/// The byte ranges that a request asks for (RFC 9110, section 14).
public enum ByteRanges: Hashable, Sendable {
    /// There is no range request, it is malformed, or it has too many ranges: the whole representation is to be sent.
    case whole
    /// At least one range, in the requested order, with overlapping ones merged.
    case some([Range<Int64>])
    /// None of them lies within the representation: 416.
    case unsatisfiable

    /// More ranges than this in one request are an attack or a mistake (section 14.2), and are ignored.
    public static let maximumCount = 16

    /// Reads the value of `Range` against a representation of `length` bytes.
    public init(_ text: String?, length: Int64) {
        guard let text, let equals = text.firstIndex(of: "="),
            HTTPFields.equal(text[..<equals].trimmingBlanks, "bytes")
        else {
            self = .whole
            return
        }
        let parts = text[text.index(after: equals)...].split(separator: ",").map(\.trimmingBlanks)
            .filter { !$0.isEmpty }
        guard !parts.isEmpty, parts.count <= Self.maximumCount else {
            self = .whole
            return
        }
        var ranges: [Range<Int64>] = []
        for part in parts {
            switch Self.range(part, length: length) {
            case .malformed:
                self = .whole
                return
            case .outside: continue
            case .inside(let range): ranges.append(range)
            }
        }
        self = ranges.isEmpty ? .unsatisfiable : .some(Self.joined(ranges))
    }

    private enum One {
        case malformed, outside
        case inside(Range<Int64>)
    }

    private static func range(_ text: Substring, length: Int64) -> One {
        let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map(\.trimmingBlanks)
        guard parts.count == 2 else { return .malformed }
        if parts[0].isEmpty {
            guard let suffix = number(parts[1]) else { return .malformed }
            return suffix == 0 || length == 0 ? .outside : .inside(max(0, length - suffix)..<length)
        }
        guard let first = number(parts[0]) else { return .malformed }
        var last = Int64.max - 1
        if !parts[1].isEmpty {
            guard let stated = number(parts[1]), stated >= first else { return .malformed }
            last = stated
        }
        return first >= length ? .outside : .inside(first..<min(last, length - 1) + 1)
    }

    /// Digits only; a number that does not fit in 63 bits is beyond the end of every file.
    private static func number(_ text: Substring) -> Int64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        return Int64(text) ?? Int64.max - 1
    }

    private static func joined(_ ranges: [Range<Int64>]) -> [Range<Int64>] {
        var result: [Range<Int64>] = []
        for range in ranges {
            if let index = result.firstIndex(where: { $0.overlaps(range) }) {
                let other = result.remove(at: index)
                let union = min(other.lowerBound, range.lowerBound)..<max(other.upperBound, range.upperBound)
                result = joined(result + [union])
            } else {
                result.append(range)
            }
        }
        return result
    }
}

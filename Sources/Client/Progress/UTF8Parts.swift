/// Splits bytes into Unicode scalars, and bytes that are not valid UTF-8.
struct UTF8Parts: Sequence {
    enum Part {
        case text(Unicode.Scalar)
        case byte(UInt8)
    }

    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func makeIterator() -> AnyIterator<Part> {
        var rest = bytes[...]
        return AnyIterator {
            guard let first = rest.first else { return nil }
            for length in 1...4 where rest.count >= length {
                guard let text = String(validating: rest.prefix(length), as: UTF8.self),
                    let scalar = text.unicodeScalars.first
                else { continue }
                rest = rest.dropFirst(length)
                return .text(scalar)
            }
            rest = rest.dropFirst()
            return .byte(first)
        }
    }
}

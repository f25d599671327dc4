internal import Domain

/// Distinguishes SVG from other text.
enum TextRecognition {
    /// The recognised kind of text; nil if the bytes are not text in UTF-8 or UTF-16.
    static func recognise(_ head: [UInt8]) -> Recognition? {
        guard let text = characters(head) else { return nil }
        if startsLike(text, "<!doctype html") { return .other("an HTML page") }
        var rest = text[...]
        switch firstElement(&rest) {
        case "svg": return .image(.svg)
        case unfinished: return .undecided
        case "html", "head", "body", "script": return .other("an HTML page")
        case .some: return .other("an XML document")
        case nil: return .other("plain text")
        }
    }

    /// The ASCII characters of a text without its byte order mark; others become `?`. Nil if there are control codes.
    private static func characters(_ head: [UInt8]) -> [UInt8]? {
        if head.has([0xFF, 0xFE]) { return wide(head, low: 0) }
        if head.has([0xFE, 0xFF]) { return wide(head, low: 1) }
        let start = head.has([0xEF, 0xBB, 0xBF]) ? 3 : 0
        let isText = head.dropFirst(start).allSatisfy { $0 >= 0x20 && $0 != 0x7F || (0x09...0x0D).contains($0) }
        return isText ? Array(head.dropFirst(start)) : nil
    }

    private static func wide(_ head: [UInt8], low: Int) -> [UInt8] {
        stride(from: 2, to: head.count - 1, by: 2).map { offset in
            let (lowByte, highByte) = (head[offset + low], head[offset + 1 - low])
            return highByte == 0 && lowByte < 0x80 ? lowByte : UInt8(ascii: "?")
        }
    }

    /// Stands for the name of an element that lies beyond the text.
    private static let unfinished = "?"

    /// The local name of the first element, in lower case, past XML's prologue, comments and document type.
    private static func firstElement(_ rest: inout ArraySlice<UInt8>) -> String? {
        while true {
            rest = rest.drop { $0 <= 0x20 }
            if rest.starts(with: "<?".utf8) {
                guard skip(&rest, past: "?>") else { return unfinished }
            } else if rest.starts(with: "<!--".utf8) {
                guard skip(&rest, past: "-->") else { return unfinished }
            } else if rest.starts(with: "<!".utf8) {
                guard let isSVG = skipDocumentType(&rest) else { return nil }
                // The head may end within a long internal subset; then the name is sufficient.
                if rest.isEmpty { return isSVG ? "svg" : unfinished }
            } else if rest.first == UInt8(ascii: "<") {
                let name = rest.dropFirst().prefix { $0 > 0x20 && $0 != UInt8(ascii: ">") && $0 != UInt8(ascii: "/") }
                let qualified = String(decoding: name, as: UTF8.self)
                return qualified.split(separator: ":").last.map { $0.lowercased() }
            } else {
                return nil
            }
        }
    }

    private static func skip(_ rest: inout ArraySlice<UInt8>, past end: String) -> Bool {
        let end = Array(end.utf8)
        while !rest.isEmpty {
            if rest.starts(with: end) {
                rest = rest.dropFirst(end.count)
                return true
            }
            rest = rest.dropFirst()
        }
        return false
    }

    /// Skips `<!DOCTYPE …>` with its internal subset, and says whether it names SVG; nil for another declaration.
    private static func skipDocumentType(_ rest: inout ArraySlice<UInt8>) -> Bool? {
        guard startsLike(Array(rest.prefix(16)), "<!doctype") else { return nil }
        let name = rest.dropFirst(9).drop { $0 <= 0x20 }.prefix(3)
        let isSVG = String(decoding: name, as: UTF8.self).lowercased() == "svg"
        var isWithinSubset = false
        while let character = rest.popFirst() {
            switch character {
            case UInt8(ascii: "["): isWithinSubset = true
            case UInt8(ascii: "]"): isWithinSubset = false
            case UInt8(ascii: ">") where !isWithinSubset: return isSVG
            default: break
            }
        }
        return isSVG
    }

    private static func startsLike(_ text: [UInt8], _ start: String) -> Bool {
        let trimmed = text.drop { $0 <= 0x20 }.prefix(start.utf8.count)
        return String(decoding: trimmed, as: UTF8.self).lowercased() == start
    }
}

/// The number of terminal columns that text takes.
enum DisplayWidth {
    /// Text, shortened by an ellipsis in the middle if it needs more than `columns`.
    static func fit(_ text: String, _ columns: Int) -> String {
        if width(text) <= columns { return text }
        guard columns > 1 else { return "" }
        let room = columns - 1
        var tail: [Character] = []
        var used = 0
        for character in text.reversed() {
            let width = width(character)
            if used + width > room - room / 2 { break }
            tail.append(character)
            used += width
        }
        var head = ""
        for character in text {
            let width = width(character)
            if used + width > room { break }
            head.append(character)
            used += width
        }
        return head + "…" + String(tail.reversed())
    }

    /// Text padded with blanks to `columns`.
    static func pad(_ text: String, _ columns: Int) -> String {
        let fitted = fit(text, columns)
        return fitted + String(repeating: " ", count: max(0, columns - width(fitted)))
    }

    static func width(_ text: String) -> Int { text.reduce(0) { $0 + width($1) } }

    /// Two columns for East Asian wide characters and pictographs, none for combining marks: by Unicode blocks, which
    /// is what terminals have in common.
    private static func width(_ character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first else { return 0 }
        switch scalar.value {
        case 0..<0x300: return 1
        case 0x300..<0x370, 0x200B...0x200F, 0xFE00...0xFE0F: return 0
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}

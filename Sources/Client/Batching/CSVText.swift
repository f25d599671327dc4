/// Text in rows and fields (RFC 4180): fields separated by commas, quoted if they have commas, quotes or line breaks.
struct CSVText {
    struct Malformed: Error {
        /// From 1.
        let line: Int
        let reason: String
    }

    /// The rows that have any text, each with the line that it begins on.
    private(set) var rows: [(line: Int, fields: [String])] = []

    private let characters: [Character]
    private var index = 0
    private var line = 1

    init(_ text: String) throws(Malformed) {
        // What spreadsheets write before the first field.
        characters = Array(text.hasPrefix("\u{FEFF}") ? text.dropFirst() : text[...])
        while index < characters.count {
            let start = line
            let fields = try row()
            if !fields.allSatisfy(\.isEmpty) { rows.append((start, fields)) }
        }
    }

    private mutating func row() throws(Malformed) -> [String] {
        var fields = [try field()]
        while index < characters.count {
            let character = characters[index]
            index += 1
            if character.isNewline {
                line += 1
                break
            }
            fields.append(try field())
        }
        return fields
    }

    /// The next field; the separator behind it is left.
    private mutating func field() throws(Malformed) -> String {
        guard index < characters.count, characters[index] == "\"" else { return bare() }
        let start = line
        index += 1
        var text = ""
        while index < characters.count {
            let character = characters[index]
            index += 1
            if character.isNewline { line += 1 }
            guard character == "\"" else {
                text.append(character)
                continue
            }
            guard index < characters.count, characters[index] == "\"" else {
                guard index == characters.count || characters[index] == "," || characters[index].isNewline else {
                    throw Malformed(line: line, reason: "a comma must follow the end of a quotation")
                }
                return text
            }
            text.append("\"")
            index += 1
        }
        throw Malformed(line: start, reason: "a quotation that begins here has no end")
    }

    private mutating func bare() -> String {
        let start = index
        while index < characters.count, characters[index] != ",", !characters[index].isNewline { index += 1 }
        return String(characters[start..<index])
    }
}

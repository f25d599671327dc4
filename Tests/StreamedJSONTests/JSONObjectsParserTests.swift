import StreamedJSON
import Testing

@Suite("JSON objects one after the other, as a stream") struct JSONObjectsParserTests {
    /// The events of a text that arrives in pieces of a number of bytes.
    private func read(_ text: String, _ form: JSONObjectsParser.Form = .array, piece: Int = .max) throws -> [String] {
        var parser = JSONObjectsParser(form)
        var read: [String] = []
        var value: [UInt8] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: min(piece, max(1, bytes.count))) {
            let end = piece == .max ? bytes.count : min(start + piece, bytes.count)
            for event in try parser.parse(Array(bytes[start..<end])) {
                switch event {
                case .begin: read.append("{")
                case .end: read.append("}")
                case .member(.name(let name)): read.append(name)
                case .member(.text(let bytes)): value += bytes
                case .member(.endOfText):
                    read.append("=" + String(decoding: value, as: UTF8.self))
                    value = []
                case .member(.word(let word)): read.append(word)
                case .member(.nested): break
                case .member(.value(let bytes)): read.append(String(decoding: bytes, as: UTF8.self))
                }
            }
        }
        try parser.finish()
        return read
    }

    @Test(arguments: [1, 2, 3, 7, Int.max]) func `reads the same in pieces of any size`(piece: Int) throws {
        let objects = [#"{"a":"b\n","n":1}"#, "{}", #"{"x":{"y":["]}\"\\",{}]},"z":[]}"#]
        let expected = ["{", "a", "=b\n", "n", "1", "}", "{", "}", "{", "x", #"{"y":["]}\"\\",{}]}"#, "z", "[]", "}"]
        #expect(try read(" [ \(objects.joined(separator: " ,\n")) ] ", piece: piece) == expected)
        for separator in ["\n", "", "\r\n\n"] {
            #expect(try read(objects.joined(separator: separator), .lines, piece: piece) == expected)
        }
        #expect(try read("[]", piece: piece) == [])
        #expect(try read("\n", .lines, piece: piece) == [])
    }

    @Test(arguments: [
        ("", 0), ("{}", 0), ("[", 1), ("[{}", 3), ("[{},]", 4), ("[,]", 1), ("[1]", 1), ("[{}{}]", 3), ("[{}] x", 5),
        (#"[{"a":1,}]"#, 8), (#"[{"a":"bcd"#, 10), (#"[{"a":[1,2"#, 10), (#"[{},{"a":"\x"}]"#, 12),
    ])
    func `tells where an array is not one of objects`(text: String, position: Int64) throws {
        for piece in [1, Int.max] {
            let error = #expect(throws: JSONObjectsParser.Malformed.self) { try read(text, piece: piece) }
            #expect(error?.position == position)
        }
    }

    @Test(arguments: [("{", 1), ("{},{}", 2), ("[{}]", 0), (#"{"a":1} x"#, 8), (#"{"a":"b"}{"c":"#, 14)])
    func `tells where lines are not objects`(text: String, position: Int64) throws {
        let error = #expect(throws: JSONObjectsParser.Malformed.self) { try read(text, .lines) }
        #expect(error?.position == position)
    }

    @Test func `a nested value is bounded`() throws {
        let long = "[" + String(repeating: "1,", count: 40_000) + "1]"
        let error = #expect(throws: JSONObjectsParser.Malformed.self) { try read("[{\"a\":\(long)}]") }
        #expect(error?.reason.contains("65536 bytes") == true)
    }
}

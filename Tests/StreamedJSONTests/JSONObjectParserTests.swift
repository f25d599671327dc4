import StreamedJSON
import Testing

@Suite("Flat JSON objects as a stream") struct JSONObjectParserTests {
    /// The events of a text that arrives in pieces of a number of bytes: names, and values with `=` before texts.
    private func read(_ text: String, piece: Int = .max) throws -> [String] {
        var parser = JSONObjectParser()
        var read: [String] = []
        var value: [UInt8] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: min(piece, max(1, bytes.count))) {
            let end = piece == .max ? bytes.count : min(start + piece, bytes.count)
            for event in try parser.parse(Array(bytes[start..<end])) {
                switch event {
                case .name(let name): read.append(name)
                case .text(let bytes): value += bytes
                case .endOfText:
                    read.append("=" + String(decoding: value, as: UTF8.self))
                    value = []
                case .word(let word): read.append(word)
                case .nested: read.append("nested")
                case .value(let bytes): read.append(String(decoding: bytes, as: UTF8.self))
                }
            }
        }
        try parser.finish()
        return read
    }

    @Test(arguments: [1, 2, 3, 7, Int.max]) func `reads the same in pieces of any size`(piece: Int) throws {
        let text = #" { "a" : "b\n\u00e9\ud83d\ude00\"", "n":null,"t": true , "x":-1.5e3, "é":"" } "#
        #expect(
            try read(text, piece: piece)
                == ["a", "=b\né😀\"", "n", "null", "t", "true", "x", "-1.5e3", "é", "="])
        #expect(try read("{}", piece: piece) == [])
    }

    @Test(arguments: [
        "", "[]", "\"a\"", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{\"a\":1 2}", "{\"a\":{}", "{\"a\":[}", "{}{}",
        "{\"a\":\"b", "{\"a\":\"\\x\"}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\\ud800x\"}", "{\"a\":\"\\udc00\"}",
        "{\"a\":\"\\u12g4\"}", "{\"a\":\"\u{1}\"}", "{a:1}", "{,}", "{\"a\":\"\\ud800\\n\"}",
    ]) func `refuses anything but an object`(text: String) {
        #expect(throws: JSONObjectParser.Malformed.self) { try read(text) }
        #expect(throws: JSONObjectParser.Malformed.self) { try read(text, piece: 1) }
    }

    @Test(arguments: [#"{"c":2}"#, #"[2,{"]":"}"}]"#])
    func `an object or an array within the object is announced, and passed on whole`(text: String) throws {
        for piece in [1, Int.max] {
            #expect(
                try read(#"{"a":1,"b":\#(text),"c":null}"#, piece: piece)
                    == ["a", "1", "b", "nested", text, "c", "null"])
        }
    }

    @Test(arguments: ["[]", #""a""#, "5", "null", " true"])
    func `another value than an object is told apart from what is no JSON`(text: String) {
        var parser = JSONObjectParser()
        let error = #expect(throws: JSONObjectParser.Malformed.self) { try parser.parse(Array(text.utf8)) }
        #expect(error?.wrongType == [] && error?.reason == "an object")
        var other = JSONObjectParser()
        let malformed = #expect(throws: JSONObjectParser.Malformed.self) { try other.parse(Array("<x>".utf8)) }
        #expect(malformed?.wrongType == nil)
    }

    @Test func `the lengths of names and numbers are limited`() {
        let long = String(repeating: "a", count: 2000)
        #expect(throws: JSONObjectParser.Malformed.self) { try read("{\"\(long)\":1}") }
        #expect(throws: JSONObjectParser.Malformed.self) { try read("{\"a\":\(String(repeating: "1", count: 200))}") }
    }
}

@Suite("Base64 as a stream") struct Base64DecoderTests {
    private func decode(_ text: String, piece: Int) throws -> String {
        var decoder = Base64Decoder()
        var bytes: [UInt8] = []
        let characters = Array(text.utf8)
        for start in stride(from: 0, to: characters.count, by: piece) {
            bytes += try decoder.decode(Array(characters[start..<min(start + piece, characters.count)]))
        }
        try decoder.finish()
        return String(decoding: bytes, as: UTF8.self)
    }

    /// RFC 4648, section 10.
    @Test(arguments: [1, 2, 3, 5, 100]) func `reads the test vectors of the RFC in pieces of any size`(piece: Int)
        throws
    {
        let vectors = ["": "", "Zg==": "f", "Zm8=": "fo", "Zm9v": "foo", "Zm9vYg==": "foob", "Zm9vYmFy": "foobar"]
        for (text, expected) in vectors { #expect(try decode(text, piece: piece) == expected) }
        #expect(try decode(" Zm9v\r\nYmFy\t\n", piece: piece) == "foobar")
    }

    @Test(arguments: ["Z", "Zg", "Zg=", "Zm9", "=", "Z===", "Zg==Zg==", "Zh==", "Zm9_", "Zm 9!", "Zg=a", "Zm9v="])
    func `refuses text that no encoder writes`(text: String) {
        #expect(throws: Base64Decoder.Malformed.self) { try decode(text, piece: 100) }
    }
}

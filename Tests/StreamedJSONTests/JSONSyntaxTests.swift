import StreamedJSON
import Testing

@Suite struct JSONSyntaxTests {
    @Test(arguments: [
        "{}", "[]", "null", " true ", "\"a\"", "-0.5e+10", "0", "10", "1E5", "[1,2]", "[[],[[]],{}]", "{\"a\":1}",
        "\t{ \"a\" : [ 1 , { \"b\" : \"\\u00e9\\n\" } ] }\r\n", "{\"a\":{\"a\":{}}}", "[\"\\ud83d\\ude00\"]", "\"é\"",
    ])
    func `valid JSON is accepted`(text: String) throws { _ = try JSONSyntax.check(Array(text.utf8)) }

    @Test(arguments: [
        "", " ", "{", "[", "}", "]", "{]", "[}", "[1,]", "{\"a\":1,}", "[,1]", "{,}", "[1 2]", "{\"a\" 1}", "{\"a\":}",
        "{a:1}", "{'a':1}", "{1:2}", "[1]]", "{} {}", "nul", "True", "NaN", "Infinity", "+1", "01", "-", "1.", ".5",
        "1e", "1e+", "0x1", "--1", "\"", "\"a", "\"\\x\"", "\"\\ud83d\"", "\"\n\"", "[1]//", "/**/1", "\u{FEFF}{}",
        "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}", "[{\"b\":1,\"b\":1}]",
    ])
    func `other texts are refused`(text: String) {
        #expect(throws: JSONSyntax.Malformed.self) { try JSONSyntax.check(Array(text.utf8)) }
    }

    @Test func `a text must be UTF-8`() {
        #expect(throws: JSONSyntax.Malformed.self) { try JSONSyntax.check([0x22, 0xFF, 0x22]) }
    }

    @Test func `the names of the outermost object are answered in their order`() throws {
        #expect(try JSONSyntax.check(Array(#"{"b":{"x":1},"a":[{"y":2}]}"#.utf8)) == ["b", "a"])
        #expect(try JSONSyntax.check(Array(#"[{"a":1}]"#.utf8)) == [])
    }

    @Test func `a mistake has its position`() {
        let error = #expect(throws: JSONSyntax.Malformed.self) { try JSONSyntax.check(Array("{\"a\":1,}".utf8)) }
        #expect(error?.position == 7)
    }

    @Test func `depth is bounded`() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        _ = try JSONSyntax.check(nested(16), maximumDepth: 16)
        #expect(throws: JSONSyntax.Malformed.self) { try JSONSyntax.check(nested(17), maximumDepth: 16) }
        // As deep as it is long: refused at once.
        #expect(throws: JSONSyntax.Malformed.self) { try JSONSyntax.check(nested(1_000_000)) }
    }
}

import TOML
import Testing

@Suite struct TOMLDocumentTests {
    private func read(_ text: String) throws -> [TOMLDocument.Entry] { try TOMLDocument(Array(text.utf8)).entries }

    @Test func `reads keys with their lines and values`() throws {
        let entries = try read(
            """
            # The port.
            port = 5000
            "host" = 'here'
            origins = [
                "a",  # with a comma behind the last
                "ü\\u0000b",
            ]
            strict = true
            none = []
            """)
        #expect(entries.map(\.key) == ["port", "host", "origins", "strict", "none"])
        #expect(entries.map(\.line) == [2, 3, 4, 8, 9])
        #expect(
            entries.map(\.value) == [.integer(5000), .text("here"), .texts(["a", "ü\0b"]), .boolean(true), .texts([])])
    }

    @Test(arguments: [
        ("a = 1.5", "a number with a fraction"), ("a = [1]", "an array with other elements than texts"),
        ("a = [\"x\", 1]", "an array with other elements than texts"), ("[a]\nb = 1", "a table"),
        ("a.b = 1", "a table"),
        ("a = {}", "a table"), ("[[a]]\nb = 1", "an array with other elements than texts"),
        ("a = 2026-01-01", "a date"), ("a = 12:00:00", "a time"), ("a = 2026-01-01T12:00:00Z", "a date with a time"),
    ])
    func `tells of which kind any other value is`(text: String, kind: String) throws {
        let entries = try read(text)
        #expect(entries.map(\.value) == [.other(kind)] && entries.map(\.line) == [1])
    }

    @Test(arguments: ["", "\n", "# nothing\n", "\u{FEFF}"])
    func `a document without keys is empty`(text: String) throws {
        #expect(try read(text) == [])
    }

    @Test(arguments: [
        ("a = 1\na = 2", 2), ("a = 1\n\n\"a\" = 1", 3), ("a =", 1), ("a = 1 2", 1), ("a", 1), ("= 1", 1),
        ("b = 1\na = \"open", 2), ("a = 99999999999999999999", 1), ("a = yes", 1), ("a = 'x\0y'", 1),
    ])
    func `a mistake has a line`(text: String, line: Int) {
        let error = #expect(throws: TOMLError.self) { try read(text) }
        #expect(error?.line == line && error?.message.isEmpty == false)
    }

    @Test(arguments: ["[[[", "[.]", "\n[[[a]]]"])
    func `a header that is malformed is a mistake`(text: String) {
        #expect(throws: TOMLError.self) { try read(text) }
    }

    @Test func `deep nesting is a mistake`() {
        let brackets = String(repeating: "[", count: 100_000)
        #expect(throws: TOMLError.self) { try read(brackets) }
        #expect(throws: TOMLError.self) { try read("a = " + brackets) }
    }

    @Test func `bytes that are not UTF-8 are refused`() {
        #expect(throws: TOMLError.self) { try TOMLDocument(Array("a = \"".utf8) + [0xFF, 0x22]) }
    }
}

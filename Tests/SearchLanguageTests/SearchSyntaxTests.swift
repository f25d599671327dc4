import SearchLanguage
import Testing

@Suite struct SearchSyntaxTests {
    /// A term as one line: `-field value`, with the marks of the value.
    private static func written(_ term: SearchSyntax.Term) -> String {
        let text = term.value.isQuoted ? "«\(term.value.text)»" : term.value.text
        return (term.isExcluded ? "-" : "") + (term.field.map { $0 + ":" } ?? "") + text
            + (term.value.isPrefix ? "*" : "")
    }

    @Test(arguments: [
        ("", []), ("   ", []), ("sun", ["sun"]), (" sun  sea\u{3000}sand\n", ["sun", "sea", "sand"]),
        ("-sun", ["-sun"]),
        ("\"two words\"", ["«two words»"]), ("-\"two words\"", ["-«two words»"]), ("\"two wo\"*", ["«two wo»*"]),
        ("sun*", ["sun*"]), ("*", ["*"]), ("s*n", ["s*n"]), ("**", ["**"]), ("Tag:beach", ["tag:beach"]),
        ("tag:\"a b\" c", ["tag:«a b»", "c"]), ("-tag:\"a b\"", ["-tag:«a b»"]),
        ("near:48.2,16.37,5", ["near:48.2,16.37,5"]),
        ("taken:2021..2022", ["taken:2021..2022"]), ("--cat", ["--cat"]), ("a-b", ["a-b"]), ("cat\"", ["cat\""]),
        ("\"", ["\""]), ("a \"", ["a", "\""]), ("5\"x7\"", ["5\"x7\""]), ("\"\"", ["«»"]), (":)", [":)"]),
        ("\"http://a.b/\"", ["«http://a.b/»"]), ("x:y:z", ["x:y:z"]), ("(a OR b)", ["(a", "OR", "b)"]),
        ("שלום", ["שלום"]),
    ])
    func `text is split into terms`(_ text: String, _ expected: [String]) throws {
        #expect(try SearchSyntax(text).terms.map(Self.written) == expected)
    }

    @Test(arguments: [
        ("\"open", 0), ("a \"open", 2), ("tag:\"open", 4), ("é \"öffne mich", 2), ("-", 0), ("a -", 2), ("a - b", 2),
        ("tag:", 4), ("a tag: b", 6), ("\"a\"b", 3), ("\"a\"*b", 4), ("😀 \"a\"b", 5),
    ])
    func `errors are reported with their position`(_ text: String, _ position: Int) {
        #expect(Self.mistake(text)?.position == position)
    }

    @Test func `terms have their positions, in code points`() throws {
        let terms = try SearchSyntax("e\u{301}t -tag:\"x y\" 👩‍👩‍👧 z").terms
        #expect(terms.map(\.position) == [0, 4, 15, 21])
        #expect(terms.map(\.value.position) == [0, 9, 15, 21])
    }

    @Test func `the length and the number of terms are limited`() throws {
        let most = Array(repeating: "a", count: 32).joined(separator: " ")
        #expect(try SearchSyntax(most).terms.count == 32)
        #expect(Self.mistake(most + " b")?.position == 64)
        #expect(try SearchSyntax(String(repeating: "ä", count: 1000)).terms.count == 1)
        #expect(Self.mistake(String(repeating: "ä", count: 1001))?.position == 1000)
        #expect(Self.mistake(String(repeating: "(", count: 10_000))?.position == 1000)
    }

    private static func mistake(_ text: String) -> SearchSyntaxError? {
        do {
            _ = try SearchSyntax(text)
            return nil
        } catch { return error }
    }
}

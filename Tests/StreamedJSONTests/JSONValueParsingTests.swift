import Domain
import Foundation
import StreamedJSON
import Testing

@Suite struct JSONValueParsingTests {
    private static func parse(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }

    @Test func `every kind of value is parsed`() throws {
        let text = #" {"a": [null, true, false, {}, [], ""], "b\n": {"": "x", "c": [[1], -2.5]}, "d": "e"} "#
        let expected = JSONValue.object([
            "a": .array([.null, .bool(true), .bool(false), .object([:]), .array([]), .string("")]),
            "b\n": .object(["": .string("x"), "c": .array([.array([.integer(1)]), .number(-2.5)])]), "d": .string("e"),
        ])
        #expect(try Self.parse(text) == expected)
        #expect(try Self.parse(#""x""#) == .string("x"))
    }

    @Test func `integers are exact`() throws {
        #expect(try Self.parse("9223372036854775807") == .integer(.max))
        #expect(try Self.parse("-9223372036854775808") == .integer(.min))
        #expect(try Self.parse("9007199254740993") == .integer(9_007_199_254_740_993))
        #expect(try Self.parse("9223372036854775808") == .number(9_223_372_036_854_775_808))
    }

    /// Texts that are stored already keep their meaning.
    @Test(arguments: [
        "0", "-0", "1.0", "-0.0", "1e3", "1e+16", "1E-2", "100e-2", "1.5e1", "0.1", "9.2e18", "1e+18", "1e+19", "1e300",
        "-1.5e-300", "9007199254740993", "18446744073709551615", "3.141592653589793", #""Infinity""#, #""\u00e9""#,
        #""\ud83d\ude00\u0000\/\b\f\t\r""#, #"{"é":[{"a":1},{"a":2}]}"#,
    ])
    func `values are those of Foundation's decoder`(text: String) throws {
        #expect(try Self.parse(text) == JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)))
    }

    @Test(arguments: [
        JSONValue.integer(.min), .number(0.1), .number(1e21), .string("\" \\ / \u{0} \u{1F} \n \u{7F} \u{2028} é 🐎"),
        .array([.null, .array([.object([:])])]), .object(["": .null, "a\"b": .bool(false), "z": .array([])]),
    ])
    func `encoded values are parsed unchanged`(value: JSONValue) throws {
        for wrapped in [value, .array([value, value]), .object(["a": value, "b": value])] {
            #expect(try JSONValue(parsing: Array(try JSONEncoder().encode(wrapped))) == wrapped)
        }
    }

    @Test(arguments: ["", "{", "[1,]", "{} 1", "nul", "01", "1e999", #"{"a":1,"a":2}"#, #""\ud83d""#])
    func `other texts are refused`(text: String) {
        #expect(throws: JSONSyntax.Malformed.self) { try Self.parse(text) }
    }

    @Test func `depth is bounded, but not by the stack`() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: #"[{"a":"#, count: depth / 2) + "1" + String(repeating: "}]", count: depth / 2)
        }
        let expected = (0..<500).reduce(JSONValue.integer(1)) { inner, _ in .array([.object(["a": inner])]) }
        #expect(try Self.parse(nested(1000)) == expected)
        #expect(throws: JSONSyntax.Malformed.self) { try Self.parse(nested(1002)) }
        #expect(throws: JSONSyntax.Malformed.self) { try Self.parse(nested(1_000_000)) }
    }
}

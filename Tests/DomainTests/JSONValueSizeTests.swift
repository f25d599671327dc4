import Domain
import Foundation
import Testing

@Suite struct JSONValueSizeTests {
    @Test(
        arguments: [
            .null, .bool(true), .bool(false), .integer(.min), .integer(0), .number(1.5), .number(-2e300), .string(""),
            .string("\"\\\n\t\r\u{8}\u{C}\u{1}\u{1F}/é日🙂"), .array([]), .object([:]), .array([.null]),
            .array([.integer(1), .string("x"), .array([.object(["a": .null])])]),
            .object(["a\n": .integer(1), "b": .object(["c": .array([])])]),
        ] as [JSONValue])
    func `the bytes are those of the text`(value: JSONValue) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        // In an array, since a text need not be a whole document.
        #expect(try encoder.encode([value]).count == JSONValue.array([value]).byteCount)
    }

    @Test func `the depth counts objects and arrays`() {
        #expect(JSONValue.string("x").depth == 0 && JSONValue.object([:]).depth == 1)
        #expect(JSONValue.array([.array([]), .object(["a": .array([.null])]), .null]).depth == 3)
    }
}

import Domain
import Testing

@testable import Imaging

struct CompactJSONTests {
    private let value = JSONValue.object([
        "a": .array([.null, .bool(true), .integer(-7), .number(0.25)]), "b": .object(["ü": .string("x\u{0}y")]),
        "c": .bool(false),
    ])

    @Test func `decodes what it encoded`() {
        #expect(CompactJSON.decode(CompactJSON.encode(value)) == value)
    }

    @Test func `refuses truncated, malformed and too deeply nested input`() {
        let bytes = CompactJSON.encode(value)
        for length in 0..<bytes.count { #expect(CompactJSON.decode(Array(bytes.prefix(length))) == nil) }
        for index in bytes.indices {
            for byte in [0, 6, 7, 0x7F, 0xFF] as [UInt8] {
                var changed = bytes
                changed[index] = byte
                _ = CompactJSON.decode(changed)
            }
        }
        let deep = (0..<100).reduce(JSONValue.null) { inner, _ in .array([inner]) }
        #expect(CompactJSON.decode(CompactJSON.encode(deep)) == nil)
    }
}

import Domain
import Foundation
import Testing

@testable import API

@Suite struct JSONBytesTests {
    static let values: [JSONValue] = [
        .null, .bool(true), .bool(false), .integer(0), .integer(.min), .integer(.max), .number(0.1), .number(-1.5e-300),
        .string(""), .string("plain"), .string("\" \\ / \u{0} \u{1F} \n \r \t \u{7F} \u{2028} é 🐎"), .array([]),
        .object([:]),
        .array([.array([]), .array([.array([.null])]), .object([:])]),
        .object(["": .null, "a\"b": .array([.integer(1), .object(["c": .array([])])]), "z": .string("end")]),
    ]

    @Test(arguments: values)
    func `encoded values are read back unchanged`(value: JSONValue) throws {
        for wrapped in [value, .array([value, value]), .object(["a": value, "b": value])] {
            let bytes = try JSONBytes.encode(wrapped)
            #expect(try JSONDecoder().decode(JSONValue.self, from: Data(bytes)) == wrapped)
        }
    }

    private struct Everything: Codable, Equatable {
        struct Part: Codable, Equatable {
            var names = ["b": 1, "a": 2]
            var empty: [Int] = []
        }
        enum Word: String, Codable { case one }
        var flag = true
        var numbers = [Int8.min, 0, .max]
        var large = UInt64.max
        var half: Float = 0.5
        var missing: String?
        var part = Part()
        var parts = [Part(), Part()]
        var word = Word.one
        var nothing: [String: [Part]] = [:]
    }

    @Test func `encoded structures are read back unchanged`() throws {
        let value = Everything()
        #expect(try JSONDecoder().decode(Everything.self, from: Data(try JSONBytes.encode(value))) == value)
    }

    @Test func `members appear in the order in which they are encoded`() throws {
        struct Pair: Encodable { let z = 1, a = [2, 3] }
        #expect(String(decoding: try JSONBytes.encode(Pair()), as: UTF8.self) == #"{"z":1,"a":[2,3]}"#)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func `a number that JSON cannot represent is an error`(number: Double) {
        #expect(throws: EncodingError.self) { try JSONBytes.encode([number]) }
    }
}

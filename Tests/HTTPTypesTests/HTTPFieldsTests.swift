import HTTPTypes
import Testing

@Suite struct HTTPFieldsTests {
    @Test func `looks names up ignoring their case, and joins repeated fields`() {
        var fields: HTTPFields = ["Accept": "a", "Vary": "x"]
        fields.append("ACCEPT", "b")
        #expect(fields["accept"] == "a, b" && fields.count(of: "accept") == 2 && fields.count(of: "vary") == 1)
        #expect(fields["accep"] == nil && fields["accept2"] == nil && fields.count(of: "host") == 0)
        #expect(fields.map(\.name) == ["Accept", "Vary", "ACCEPT"])
    }

    @Test func `setting replaces every field of a name`() {
        var fields: HTTPFields = ["A": "1", "B": "2", "a": "3"]
        fields["A"] = "4"
        #expect(fields.map(\.value) == ["2", "4"])
        fields["b"] = nil
        #expect(fields.map(\.value) == ["4"])
    }

    @Test func `adds members to a list`() {
        var fields: HTTPFields = [:]
        fields.addMember("Accept", to: "Vary")
        fields.addMember("Cookie", to: "vary")
        #expect(fields["Vary"] == "Accept, Cookie" && fields.count(of: "vary") == 1)
    }

    @Test(
        arguments: [
            ("close", "close", true), ("Keep-Alive, Close", "close", true), ("keep-alive ,\tclose ", "close", true),
            ("closed", "close", false), ("", "close", false), (nil, "close", false),
        ] as [(String?, String, Bool)])
    func `reads the members of a list`(value: String?, member: String, isThere: Bool) {
        var fields: HTTPFields = [:]
        fields["Connection"] = value
        #expect(fields.has(member, in: "connection") == isThere)
    }

    @Test(
        arguments: [
            ("Name", "value", true), ("x!#$%&'*+-.^_`|~0Z", "", true), ("Name", "é\t \u{7F}", true),
            ("", "value", false), ("a b", "value", false), ("a:", "value", false), ("é", "value", false),
            ("a\"", "value", false), ("a/", "value", false), ("a@", "value", false), ("a[", "value", false),
            ("Name", "a\rb", false), ("Name", "a\nb", false), ("Name", "\0", false),
        ] as [(String, String, Bool)])
    func `names are tokens, and values hold no line breaks`(name: String, value: String, isWellFormed: Bool) {
        #expect((["Good": "1", name: value] as HTTPFields).isWellFormed == isWellFormed)
    }
}

@Suite struct PercentEncodingTests {
    @Test(arguments: [
        ("", ""), ("azAZ09-._~", "azAZ09-._~"), ("a b", "a%20b"), ("é/", "%C3%A9%2F"), ("+%", "%2B%25"),
        ("@[`{", "%40%5B%60%7B"), ("\0\u{1F}\u{7F}", "%00%1F%7F"),
    ])
    func `encodes all but unreserved characters, and decodes them`(text: String, encoded: String) {
        #expect(PercentEncoding.encode(text) == encoded)
        #expect(PercentEncoding.decode(encoded.utf8) == Array(text.utf8))
    }

    @Test func `encodes bytes that are not text`() {
        #expect(PercentEncoding.encode([0xFF, 0x41, 0x80]) == "%FFA%80")
    }

    @Test(
        arguments: [
            ("%c3%a9", [0xC3, 0xA9]), ("%aF%Fa", [0xAF, 0xFA]), ("a+b", [0x61, 0x2B, 0x62]), ("%", nil), ("%4", nil),
            ("%4g", nil), ("%g4", nil), ("%/0", nil), ("%:0", nil), ("%@0", nil), ("%`0", nil),
        ] as [(String, [UInt8]?)])
    func `decodes two digits of either case, and nothing else`(text: String, bytes: [UInt8]?) {
        #expect(PercentEncoding.decode(text.utf8) == bytes)
    }

    @Test func `a plus is a space only on request`() {
        #expect(PercentEncoding.decode("+".utf8, plusIsSpace: true) == [0x20])
        #expect(PercentEncoding.decode("%2B".utf8, plusIsSpace: true) == [0x2B])
    }
}

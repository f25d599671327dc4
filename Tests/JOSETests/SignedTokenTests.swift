import JOSE
import Testing

@Suite struct SignedTokenTests {
    static let key = SigningKey(id: "first", secret: [UInt8](repeating: 7, count: 32))
    static let other = SigningKey(id: "second", secret: [UInt8](repeating: 8, count: 32))

    @Test(arguments: [[], [0], Array("{\"a\": 1}".utf8), [UInt8](repeating: 0xFF, count: 5000)] as [[UInt8]])
    func `a signed token is read back`(payload: [UInt8]) throws {
        let token = try SignedToken.sign(payload, with: Self.key)
        #expect(try SignedToken.verify(token, keys: [Self.other, Self.key]) == payload)
    }

    @Test func `a token that another key signed is refused`() throws {
        let token = try SignedToken.sign([1, 2, 3], with: Self.key)
        #expect(throws: JOSEError.self) { try SignedToken.verify(token, keys: [Self.other]) }
        let impostor = SigningKey(id: "first", secret: Self.other.secret)
        #expect(throws: JOSEError.self) { try SignedToken.verify(token, keys: [impostor]) }
        #expect(throws: JOSEError.self) { try SignedToken.verify(token, keys: []) }
    }

    @Test func `a token that was changed anywhere is refused`() throws {
        let token = Array(try SignedToken.sign(Array("some payload".utf8), with: Self.key))
        // The last character of a base64 group may have unused bits, so a change of it may have no effect.
        for place in token.indices.dropLast() where token[place] != "." {
            var changed = token
            changed[place] = changed[place] == "A" ? "B" : "A"
            if place + 1 < token.count, token[place + 1] == "." { continue }
            #expect(throws: JOSEError.self, "at \(place)") { try SignedToken.verify(String(changed), keys: [Self.key]) }
        }
    }

    @Test(arguments: [
        "", ".", "..", "...", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "\u{0}", "é.é.é",
        String(repeating: "a.", count: 10_000),
    ])
    func `text that is not a token is refused`(text: String) {
        #expect(throws: JOSEError.self) { try SignedToken.verify(text, keys: [Self.key]) }
    }
}

import JOSE
import Sodium
import TextCoding
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
        for place in token.indices where token[place] != "." {
            var changed = token
            changed[place] = changed[place] == "A" ? "B" : "A"
            #expect(throws: JOSEError.self, "at \(place)") { try SignedToken.verify(String(changed), keys: [Self.key]) }
        }
    }

    @Test(arguments: [
        #"{"alg":"HS256","kid":"first","crit":["exp"],"exp":1}"#, #"{"alg":"HS256","kid":"first","typ":"JWT"}"#,
        #"{ "alg":"HS256","kid":"first"}"#, #"{"kid":"first","alg":"HS512"}"#, #"{"alg":"none","kid":"first"}"#,
    ])
    func `a signed token with another header is refused`(header: String) throws {
        let plain = #"{"alg":"HS256","kid":"first"}"#
        #expect(try SignedToken.verify(Self.token(plain), keys: [Self.key]) == [1, 2, 3])
        #expect(throws: JOSEError.self) { try SignedToken.verify(Self.token(header), keys: [Self.key]) }
        #expect(throws: JOSEError.self) { try SignedToken.verify(Self.token(plain) + "=", keys: [Self.key]) }
    }

    /// A token with this header, signed with the key by hand.
    private static func token(_ header: String) throws -> String {
        let text = Base64URL.encode(Array(header.utf8)) + "." + Base64URL.encode([1, 2, 3])
        return text + "." + Base64URL.encode(try MessageAuthentication.code(of: Array(text.utf8), key: key.secret))
    }

    @Test(arguments: [
        "", ".", "..", "...", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "\u{0}", "é.é.é",
        String(repeating: "a.", count: 10_000),
    ])
    func `text that is not a token is refused`(text: String) {
        #expect(throws: JOSEError.self) { try SignedToken.verify(text, keys: [Self.key]) }
    }
}

import Testing
import TextCoding

@Suite struct Base64Tests {
    /// The examples of RFC 4648, section 10, and the two characters that base64url has not.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"), ("~~~???", "fn5+Pz8/"),
    ])
    func `encodes with padding`(bytes: String, text: String) {
        #expect(Base64.encode(Array(bytes.utf8)) == text)
    }
}

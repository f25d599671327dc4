import HTTPTypes
import Testing

@Suite struct RequestTargetTests {
    @Test(
        arguments: [
            ("/", []), ("/a/b", ["a", "b"]), ("/a/b/", ["a", "b"]), ("//a", ["", "a"]), ("/a%2Fb", ["a/b"]),
            ("/%C3%A9", ["é"]), ("/a+b", ["a+b"]), ("http://example.org/x?y", ["x"]), ("http://example.org", []),
            ("/a/../b", ["a", "..", "b"]), ("/a/x://b/c", ["a", "x:", "", "b", "c"]), ("*", []),
        ] as [(String, [String])])
    func `reads the components of a path`(text: String, components: [String]) throws {
        #expect(try RequestTarget(text).components == components)
    }

    @Test func `reads a query in its order`() throws {
        let target = try RequestTarget("/x?a=1&b=&a=2%202&c&d=x+y=z#fragment")
        #expect(target.query.map(\.name) == ["a", "b", "a", "c", "d"])
        #expect(target.values("a") == ["1", "2 2"])
        #expect(target.value("c") == "" && target.value("d") == "x y=z" && target.value("e") == nil)
    }

    @Test(arguments: [("/", false), ("/a", false), ("/a/", true), ("/a/b//", true), ("//", true), ("/a?b/", false)])
    func `recognises a slash after the last component`(text: String, isThere: Bool) throws {
        #expect(try RequestTarget(text).hasTrailingSlash == isThere)
    }

    @Test func `a plus is a space in the query only`() throws {
        let target = try RequestTarget("/a+b?+=+&c+d=e")
        #expect(target.components == ["a+b"])
        #expect(target.query.map(\.name) == [" ", "c d"] && target.query.map(\.value) == [" ", "e"])
    }

    @Test func `targets are equal if their paths and queries are equal`() throws {
        let target = try RequestTarget("/a?b=c")
        for (text, isEqual) in [("/a?b=c", true), ("/a?b=d", false), ("/x?b=c", false), ("/a", false)] {
            let other = try RequestTarget(text)
            #expect((target == other) == isEqual)
            #expect(!isEqual || Set([target, other]).count == 1)
        }
    }

    @Test(arguments: ["/%", "/%4", "/%zz", "/%ff", "/x?a=%f", "nothing"])
    func `refuses targets that cannot be decoded`(text: String) {
        #expect(throws: RequestTarget.Malformed.self) { try RequestTarget(text) }
    }
}

@Suite struct FieldParametersTests {
    @Test(arguments: [
        ("form-data; name=\"file\"; filename=\"a b.jpg\"", "a b.jpg"), ("attachment; filename=x.jpg", "x.jpg"),
        ("attachment; filename=\"a\\\"b.jpg\"", "a\"b.jpg"),
        ("attachment; filename=\"C:\\dir\\x.jpg\"", "C:\\dir\\x.jpg"),
        ("attachment; filename=\"plain.jpg\"; filename*=UTF-8''na%C3%AFve.jpg", "naïve.jpg"),
        ("attachment; filename*=iso-8859-1'en'%A3.jpg", "£.jpg"), ("attachment; filename*=UTF-8''%ff; filename=b", "b"),
        ("form-data; name=x; filename=\"semi;colon.jpg\"", "semi;colon.jpg"), ("attachment; filename=\"\"", ""),
        ("attachment;\t filename=a.jpg; filename=b.jpg", "a.jpg"), ("attachment; filename; filename=x", "x"),
        ("attachment; filename*=UTF-8'x; filename=b", "b"), ("attachment; filename*=x; filename=b", "b"),
        ("attachment; filename\"x\"; filename=b", "b"),
    ])
    func `reads a file's name`(text: String, name: String) {
        #expect(FieldParameters(text).filename == name)
    }

    @Test(arguments: [
        ("form-data; name=\"file\"; filename=\"a%22b.jpg\"", "a\"b.jpg"),
        ("form-data; filename=\"%0D%0A.jpg\"", "\r\n.jpg"),
        ("form-data; filename=\"100%25 %0d%0a%2F%\"", "100%25 %0d%0a%2F%"), ("form-data; filename=\"%2522\"", "%2522"),
        ("form-data; filename=\"%22\"; filename*=UTF-8''%2522", "%22"), ("form-data; filename=\"\"", ""),
    ])
    func `names in forms are unescaped as browsers escape them`(text: String, name: String) {
        #expect(FieldParameters(text).formFilename == name)
        #expect(FieldParameters(text.replacing("filename", with: "name")).formName != nil)
    }

    @Test func `reads a boundary`() {
        let type = FieldParameters("Multipart/Form-Data ; charset=utf-8; Boundary=\"--a b\"")
        #expect(type.value == "multipart/form-data" && type.parameters["boundary"] == "--a b")
    }
}

@Suite struct DigestFieldTests {
    private static let bytes = [UInt8](0..<32)
    private static let base64 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

    @Test func `reads back what it writes`() throws {
        let sha512 = Self.bytes + Self.bytes
        let text =
            "md5=:AAAA:, \(DigestField.format(Self.bytes));q=1,SHA-512\(DigestField.format(sha512, by: .sha512).dropFirst(7))"
        #expect(try DigestField(text).digests == [.sha256: Self.bytes, .sha512: sha512])
        #expect(DigestField.Algorithm.allCases.map(\.length) == [32, 64])
    }

    @Test(arguments: ["md5=:AAAA:", "sha-2567=:AAAA:", "unixsum=:AA==:, crc32c=:AAAA:"])
    func `ignores other algorithms`(text: String) throws {
        #expect(try DigestField(text).digests.isEmpty)
    }

    @Test(arguments: [
        "", ",", "garbage", "sha-256", "md5=AAAA", "sha-512=:AAAA:", "sha-512=:\(base64):", "sha-256=:\(base64):,",
        "=:AAAA:", "s/ha=:AAAA:",
        "sha-256=AAAA", "sha-256=:AAAA:", "sha-256=:%%%:", "sha-256=", "sha-256=:", "sha-256=::",
        "sha-256=\(base64):", "sha-256=:\(base64)", "sha-256=x\(base64):", "sha-256=:\(base64)x",
    ])
    func `refuses text that is not a digest`(text: String) {
        #expect(throws: DigestField.Malformed.self) { try DigestField(text) }
    }
}

import Domain
import Testing

@testable import Services

@Suite struct FileNameTests {
    @Test(arguments: [
        ("lake.jpg", "lake.jpg", "lake"), ("a/b/lake.jpg", "lake.jpg", "lake"), ("C:\\p\\lake.png", "lake.png", "lake"),
        ("/", "", ""), ("", "", ""), (" x .png ", "x .png", "x"), (".hidden", ".hidden", ""),
        ("archive.tar.gz", "archive.tar.gz", "archive.tar.gz"), ("a.b..c", "a.b..c", "a.b..c"),
        ("v1.2", "v1.2", "v1.2"),
        ("v1.2.JPG", "v1.2.JPG", "v1.2"), (".jpg", ".jpg", ""),
        ("no ending", "no ending", "no ending"),
        ("2021.summer at the sea", "2021.summer at the sea", "2021.summer at the sea"),
        // Characters that hide text or change its direction are removed: `gpj.exe` must not look like `exe.jpg`.
        ("a\u{202E}gpj.exe", "agpj.exe", "agpj.exe"), ("a\u{0}b\n.png", "ab.png", "ab"),
        ("\u{FEFF}x.png", "x.png", "x"),
        ("日本.png", "日本.png", "日本"), ("e\u{301}.png", "e\u{301}.png", "e\u{301}"),
    ])
    func `a file name gives a title`(name: String, text: String, title: String) {
        #expect(FileName(name).text == text && FileName(name).title == title)
    }

    @Test func `a title from a long file name is cut`() {
        #expect(FileName(String(repeating: "x", count: 600) + ".png").title.count == 500)
    }
}

@Suite struct DetailsRulesTests {
    private static func text(_ count: Int) -> String { String(repeating: "ä", count: count) }

    @Test func `valid details are trimmed and kept`() throws {
        var details = ImageDetails(title: "  a title\n", tags: [" b", "b", "", " ", "a"])
        details.description = "  as it is "
        let kept = try details.validated()
        #expect(kept.title == "a title" && kept.tags == ["b", "a"] && kept.description == "  as it is ")
        var largest = ImageDetails(title: Self.text(500), tags: (0..<100).map { "\($0)" + Self.text(98) })
        largest.description = Self.text(10_000)
        #expect(try largest.validated() == largest)
    }

    @Test func `details beyond a limit are refused, and the limit is named`() {
        var description = ImageDetails(title: "")
        description.description = Self.text(10_001)
        for (details, field, message) in [
            (ImageDetails(title: Self.text(501)), "title", "A title may have at most 500 characters."),
            (description, "description", "A description may have at most 10000 characters."),
            (ImageDetails(title: "", tags: [Self.text(101)]), "tags", "A tag may have at most 100 characters."),
            (ImageDetails(title: "", tags: (0..<101).map { "\($0)" }), "tags", "An image may have at most 100 tags."),
        ] {
            #expect(throws: ServiceError(.invalid, field: field, message)) { try details.validated() }
        }
    }

    private static func nested(_ depth: Int) -> [String: JSONValue] {
        var value = JSONValue.object([:])
        for _ in 1..<depth - 1 { value = .array([value]) }
        return ["a": value]
    }

    @Test func `attributes are bounded in depth and bytes, wherever they come from`() throws {
        var details = ImageDetails(title: "")
        details.attributes = Self.nested(16)
        #expect(try details.validated() == details)
        details.attributes = Self.nested(17)
        let tooDeep = ServiceError(.invalid, field: "attributes", "Attributes may be nested at most 16 deep.")
        #expect(throws: tooDeep) { try details.validated() }
        // {"a":"…"} has 8 bytes beside the text.
        details.attributes = ["a": .string(String(repeating: "x", count: 65_536 - 8))]
        #expect(try details.validated() == details)
        details.attributes = ["a": .string(String(repeating: "x", count: 65_536 - 7))]
        let tooLong = ServiceError(
            .invalid, field: "attributes", "The attributes of an image may have at most 65536 bytes as JSON.")
        #expect(throws: tooLong) { try details.validated() }
        var changes = ImageChanges()
        changes.attributes = Self.nested(17)
        #expect(throws: tooDeep) { try changes.validated() }
        // What a patch makes of the attributes counts, and an image that has more already can be changed otherwise.
        changes = ImageChanges()
        changes.attributesPatch = ["b": .null]
        #expect(throws: tooLong) { try changes.merged(with: details).validated() }
        changes.attributesPatch = ["a": .null]
        #expect(try changes.merged(with: details).validated().attributes == [:])
        changes = ImageChanges()
        changes.title = "x"
        #expect(try changes.merged(with: details).validated().title == "x")
    }

    @Test func `a change is trimmed like details, and does not touch other members`() throws {
        var changes = ImageChanges()
        changes.title = " x "
        let kept = try changes.validated()
        #expect(kept.title == "x" && kept.tags == nil && kept.description == nil)
        changes.tags = ["a ", "a"]
        #expect(try changes.validated().tags == ["a"])
    }

    @Test func `a title that is reset follows from the name of the file`() {
        var changes = ImageChanges()
        changes.isTitleReset = true
        #expect(changes.merged(with: ImageDetails(title: "own"), sentName: "Lake.jpg").title == "Lake")
        #expect(changes.merged(with: ImageDetails(fileName: "Sea.jpg"), sentName: "Lake.jpg").title == "Sea")
        changes.fileName = .some("Hill.png")
        #expect(changes.merged(with: ImageDetails(fileName: "Sea.jpg"), sentName: "Lake.jpg").title == "Hill")
        changes.fileName = .some(nil)
        #expect(changes.merged(with: ImageDetails(fileName: "Sea.jpg"), sentName: nil).title == "")
    }

    @Test(arguments: ["", " ", "a/b.jpg", "a\\b.jpg", "a\u{7}.jpg", String(repeating: "x", count: 252) + ".jpg"])
    func `a name that no file can have is refused`(_ name: String) {
        let error = #expect(throws: ServiceError.self) { try ImageDetails(fileName: name).validated() }
        #expect(error?.code == .invalid && error?.field == "file_name")
    }

    @Test func `creator, rights and rating are bounded`() throws {
        let long = ImageDetails(
            creator: String(repeating: "x", count: 500), rights: String(repeating: "x", count: 2000), rating: 5)
        #expect(try long.validated() == long)
        #expect(try ImageDetails(creator: " Ada ", rights: " ").validated() == ImageDetails(creator: "Ada", rights: ""))
        for (details, field) in [
            (ImageDetails(creator: String(repeating: "x", count: 501)), "creator"),
            (ImageDetails(rights: String(repeating: "x", count: 2001)), "rights"),
            (ImageDetails(rating: 6), "rating"), (ImageDetails(rating: -1), "rating"),
        ] {
            let error = #expect(throws: ServiceError.self) { try details.validated() }
            #expect(error?.field == field)
        }
    }

    @Test func `a long name of a file keeps its ending`() {
        #expect(
            FileName(String(repeating: "ü", count: 300) + ".jpeg").kept == String(repeating: "ü", count: 125) + ".jpeg")
        #expect(FileName(String(repeating: "x", count: 300)).kept == String(repeating: "x", count: 255))
        #expect(FileName("x." + String(repeating: "y", count: 300)).kept?.utf8.count == 255)
        let marks = "e" + String(repeating: "\u{301}", count: 300)
        #expect(FileName(marks + ".jpg").kept == String(marks.unicodeScalars.prefix(126)) + ".jpg")
        #expect(FileName("a/b.jpg").kept == "b.jpg" && FileName("/").kept == nil)
    }

    @Test func `a given title takes precedence over the file name`() {
        #expect(ImageDetails(title: "own").titled(by: "x.png").title == "own")
        #expect(ImageDetails(title: "").titled(by: "x.png").title == "x")
        #expect(ImageDetails(title: "").titled(by: nil).title == "")
    }
}

@Suite struct AccountRulesTests {
    @Test(arguments: ["a", "Ada", "7", "a-b_c", String(repeating: "x", count: 39)])
    func `valid handles are accepted`(text: String) throws {
        #expect(try AccountRules.handle(text).description == text)
    }

    @Test(
        arguments:
            "i s p search albums map trash upload settings admin docs assets shares duplicates changes v1 api iiif image_batches uploads images download compress"
            .split(separator: " ").map(String.init))
    func `names that pages need are reserved`(name: String) { #expect(AccountRules.reserved.contains(name)) }

    @Test(
        arguments: [
            ("", .invalid), ("-a", .invalid), ("_a", .invalid), ("a b", .invalid), ("ä", .invalid), ("a/b", .invalid),
            (String(repeating: "x", count: 40), .invalid), ("root", .conflict), ("V1", .conflict), ("iiif", .conflict),
        ] as [(String, ServiceError.Code)])
    func `invalid handles are refused`(text: String, code: ServiceError.Code) throws {
        let error = try #require(throws: ServiceError.self) { try AccountRules.handle(text) }
        #expect(error.code == code)
    }

    @Test func `the length of a password is limited in bytes`() throws {
        for text in ["12345678", "PassWord", "iloveyou", "qwertyuiop"] {
            let error = try #require(throws: ServiceError.self) { try AccountRules.check(password: text) }
            #expect(error.code == .invalid && error.message.contains("most common"))
        }
        for text in ["12345679x", "ääää", String(repeating: "x", count: 1024)] {
            try AccountRules.check(password: text)
        }
        for text in ["1234567", "äää", String(repeating: "x", count: 1025), ""] {
            let error = try #require(throws: ServiceError.self) { try AccountRules.check(password: text) }
            #expect(error.code == .invalid && error.message.hasSuffix("this one has \(text.utf8.count)."))
        }
    }
}

import Domain
import Testing

@Suite struct NameTests {
    @Test(arguments: [
        ("Lake", "Lake"), ("../../etc/passwd", "etc_passwd"), ("..", "image"), ("", "image"), (".hidden", "hidden"),
        ("a/b\\c", "a_b_c"), ("new\nline", "new_line"), ("trailing. ", "trailing"), ("\u{202E}x", "x"), ("-rf", "rf"),
        ("CON", "_CON"), ("nul.tar", "_nul.tar"), ("com1", "_com1"), ("LPT9 .x", "_LPT9 .x"), ("Aux ", "_Aux"),
        ("COM", "COM"), ("COM10", "COM10"), ("console", "console"), ("Cafe\u{301}", "Caf\u{E9}"),
        ("a\u{0}b\u{7F}c", "a_b_c"), ("gpj\u{202E}exe", "gpj_exe"), ("a:b*c?d\"e<f>g|h", "a_b_c_d_e_f_g_h"),
        (String(repeating: "写", count: 100), String(repeating: "写", count: 40)),
    ])
    func `titles become safe file names`(title: String, stem: String) {
        #expect(PortableName.stem(of: title).unicodeScalars.elementsEqual(stem.unicodeScalars))
    }

    @Test(arguments: [
        ("Lake.jpg", "Lake"), ("Lake.jpg.JPG", "Lake"), ("Lake.jpg-", "Lake"), ("v1.2", "v1.2"), ("", "image"),
        ("../con.png", "_con"), (".jpg", "jpg"),
    ])
    func `titles of images become names that get one ending`(title: String, stem: String) {
        #expect(PortableName.imageStem(of: title) == stem)
    }

    @Test(arguments: [
        ("a.jpg", "a", "a"), ("a.JPeG", "a", "a"), ("a.b.heic", "a.b", "a.b"), ("a.jpg.jpg", "a.jpg", "a"),
        ("a.png.jfif", "a.png", "a"), ("v1.2", nil, "v1.2"), ("a.tar.gz", nil, "a.tar.gz"), ("a", nil, "a"),
        ("a.", nil, "a."),
        (".jpg", nil, ".jpg"), (".a.jpg", ".a", ".a"), ("", nil, ""), ("St. Moritz", nil, "St. Moritz"),
        ("jpg", nil, "jpg"), ("a.jpg ", nil, "a.jpg "), ("a..jpg", "a.", "a."),
    ])
    func `only the ending of an image is removed`(name: String, once: String?, stem: String) {
        #expect(ImageEnding.removed(from: name) == once && ImageEnding.stem(of: name) == stem)
    }

    @Test func `names are unique, ignoring case and the form of accents`() {
        var names = UniqueNames()
        let given = [
            "Lake", "lake", "LAKE (2)", "Lake", "Caf\u{E9}", "CAFE\u{301}", "Cafe", "Ma\u{DF}e", "masse", "Lake",
        ].map { names.name(stem: $0, extension: "jpg") }
        #expect(
            given == [
                "Lake.jpg", "lake (2).jpg", "LAKE (2) (2).jpg", "Lake (3).jpg", "Caf\u{E9}.jpg",
                "CAFE\u{301} (2).jpg", "Cafe.jpg", "Ma\u{DF}e.jpg", "masse (2).jpg", "Lake (4).jpg",
            ])
        #expect(names.name(stem: "Lake", extension: "png") == "Lake.png")
    }

    @Test(.timeLimit(.minutes(1))) func `a hundred thousand images with one title get their names quickly`() {
        var names = UniqueNames()
        for _ in 0..<99_999 { _ = names.name(stem: "IMG", extension: "jpg") }
        #expect(names.name(stem: "img", extension: "JPG") == "img (100000).JPG")
    }
}

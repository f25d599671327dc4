import TextCoding
import Testing

@Suite struct FoldedTextTests {
    @Test(arguments: [
        ("Café", "cafe"), ("CAFE\u{301}", "cafe"), ("Ångström", "angstrom"), ("STRASSE", "Straße"), ("ΟΔΌΣ", "οδος"),
        ("한국", "\u{1112}\u{1161}\u{11AB}\u{1100}\u{116E}\u{11A8}"), ("が", "か\u{3099}"), ("İstanbul", "ISTANBUL"),
        ("Ệ", "e"),
        ("IMG_0042.JPG", "img_0042.jpg"), ("", ""), ("ﬁn", "FIN"),
    ])
    func `equal words have the same folded text`(_ left: String, _ right: String) {
        #expect(left.folded.unicodeScalars.elementsEqual(right.folded.unicodeScalars))
        #expect(left.folded.folded.unicodeScalars.elementsEqual(left.folded.unicodeScalars))
    }

    @Test(arguments: [("か", "が"), ("a", "b"), ("o", "ø"), ("कि", "क")])
    func `different words have different folded texts`(_ left: String, _ right: String) {
        #expect(left.folded != right.folded)
    }
}

import HTTPTypes
import Testing

@Suite struct EntityTagTests {
    @Test(
        arguments: [
            ("\"\"", EntityTag("", isWeak: false)), ("\"a b\"", EntityTag("a b", isWeak: false)),
            (" W/\"x\"\t", EntityTag("x", isWeak: true)),
            ("\"", nil), ("", nil), ("abc", nil), ("\"abc", nil), ("abc\"", nil), ("\"a\"b\"", nil), ("w/\"x\"", nil),
            ("W/", nil), ("W/\"", nil), ("xabcx", nil),
        ] as [(String, EntityTag?)])
    func `reads a tag, and refuses anything else`(text: String, tag: EntityTag?) {
        #expect(EntityTag(text) == tag)
    }

    @Test func `writes what it reads`() {
        #expect(EntityTag("x").description == "\"x\"" && EntityTag("x", isWeak: true).description == "W/\"x\"")
    }

    @Test func `weak tags match weakly only`() {
        let (strong, weak, other) = (EntityTag("x"), EntityTag("x", isWeak: true), EntityTag("y"))
        #expect(strong.matchesStrongly(strong) && strong.matchesWeakly(weak) && weak.matchesWeakly(weak))
        #expect(!strong.matchesStrongly(weak) && !weak.matchesStrongly(strong) && !weak.matchesStrongly(weak))
        #expect(!strong.matchesStrongly(other) && !strong.matchesWeakly(other))
    }

    @Test(
        arguments: [
            ("*", .any), (" * ", .any), ("\"a\"", .oneOf([EntityTag("a")])),
            ("\"a,b\" , W/\"c\",,\t\"\"", .oneOf([EntityTag("a,b"), EntityTag("c", isWeak: true), EntityTag("")])),
            ("", nil), (",", nil), ("a", nil), ("\"a\", b", nil), ("\"a", nil), ("*, \"a\"", nil), ("xa\"", nil),
            ("xax", nil), ("x\"a\"", nil),
        ] as [(String, EntityTagCondition?)])
    func `reads a list of tags, or any`(text: String, condition: EntityTagCondition?) {
        #expect(EntityTagCondition(text) == condition)
    }
}

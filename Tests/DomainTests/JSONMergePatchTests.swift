import Domain
import Testing

@Suite struct JSONMergePatchTests {
    private static let (a, b, c) = (JSONValue.string("a"), JSONValue.string("b"), JSONValue.string("c"))

    /// The examples of RFC 7396, appendix A, in which both are objects.
    @Test(
        arguments: [
            (["a": b], ["a": c], ["a": c]),
            (["a": b], ["b": c], ["a": b, "b": c]),
            (["a": b], ["a": .null], [:]),
            (["a": b, "b": c], ["a": .null], ["b": c]),
            (["a": .array([b])], ["a": c], ["a": c]),
            (["a": c], ["a": .array([b])], ["a": .array([b])]),
            (
                ["a": .object(["b": c])], ["a": .object(["b": .string("d"), "c": .null])],
                ["a": .object(["b": .string("d")])]
            ),
            (["a": .array([.object(["b": c])])], ["a": .array([.integer(1)])], ["a": .array([.integer(1)])]),
            (["e": .null], ["a": .integer(1)], ["e": .null, "a": .integer(1)]),
            ([:], ["a": .object(["bb": .object(["ccc": .null])])], ["a": .object(["bb": .object([:])])]),
            (["a": .string("foo")], ["a": .object(["b": c])], ["a": .object(["b": c])]),
        ] as [([String: JSONValue], [String: JSONValue], [String: JSONValue])])
    func `a patch is merged`(
        before: [String: JSONValue], patch: [String: JSONValue], after: [String: JSONValue]
    ) {
        #expect(patch.merged(into: before) == after)
    }
}

import Chronology
import HTTPTypes
import Testing

@Suite struct PreconditionsTests {
    private static let modified = Timestamp(seconds: 784_111_777)  // Sun, 06 Nov 1994 08:49:37 GMT
    private static let tag = EntityTag("abc")

    @Test(
        arguments: [
            (HTTPMethod.get, "If-None-Match", "\"abc\"", Preconditions.Outcome.notModified),
            (.get, "If-None-Match", "\"x\", W/\"abc\"", .notModified), (.get, "If-None-Match", "*", .notModified),
            (.get, "If-None-Match", "\"x\"", .proceed), (.get, "If-None-Match", "garbage", .proceed),
            (.patch, "If-None-Match", "*", .failed), (.get, "If-Match", "\"abc\"", .proceed),
            (.get, "If-Match", "W/\"abc\"", .failed), (.delete, "If-Match", "\"x\"", .failed),
            (.delete, "If-Match", "*", .proceed),
            (.get, "If-Modified-Since", "Sun, 06 Nov 1994 08:49:37 GMT", .notModified),
            (.get, "If-Modified-Since", "Sun, 06 Nov 1994 08:49:36 GMT", .proceed),
            (.get, "If-Modified-Since", "yesterday", .proceed),
            (.post, "If-Modified-Since", "Sun, 06 Nov 1994 08:49:37 GMT", .proceed),
            (.get, "If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:36 GMT", .failed),
            (.get, "If-Unmodified-Since", "Sunday, 06-Nov-94 08:49:37 GMT", .proceed),
            (.get, "If-Modified-Since", "Sun Nov  6 08:49:37 1994", .notModified),
        ] as [(HTTPMethod, String, String, Preconditions.Outcome)])
    func `evaluates a condition`(method: HTTPMethod, name: String, value: String, outcome: Preconditions.Outcome) {
        var fields = HTTPFields()
        fields.append(name, value)
        #expect(Preconditions(fields).evaluate(method: method, tag: Self.tag, modified: Self.modified) == outcome)
    }

    @Test(
        arguments: [
            (.get, "If-Match", "abc", true), (.head, "If-Match", "", true), (.delete, "If-Match", "abc", true),
            (.delete, "If-Match", "\"abc\"", false), (.patch, "If-Match", "*", false),
            (.put, "If-None-Match", "abc", true), (.put, "If-None-Match", "*", false),
            (.get, "If-None-Match", "abc", false), (.options, "If-None-Match", "abc", false),
            (.delete, "If-Unmodified-Since", "yesterday", false), (.delete, "If-Range", "abc", false),
        ] as [(HTTPMethod, String, String, Bool)])
    func `a condition that cannot be read is no absent one`(
        method: HTTPMethod, name: String, value: String, isRefused: Bool
    ) {
        var refusal: HTTPRefusal?
        do { try Preconditions.check(HTTPFields(dictionaryLiteral: (name, value)), of: method) } catch {
            refusal = error
        }
        let expected = HTTPRefusal.malformed(
            "\(name) must be * or a list of tags in quotes, as the field ETag has them")
        #expect(refusal == (isRefused ? expected : nil))
    }

    @Test func `tags take precedence over dates`() {
        let fields: HTTPFields = ["If-None-Match": "\"x\"", "If-Modified-Since": "Sun, 06 Nov 1994 08:49:37 GMT"]
        #expect(Preconditions(fields).evaluate(method: .get, tag: Self.tag, modified: Self.modified) == .proceed)
    }

    @Test(arguments: [
        ("\"abc\"", true), ("W/\"abc\"", false), ("\"x\"", false), ("Sun, 06 Nov 1994 08:49:37 GMT", true),
        ("Sun, 06 Nov 1994 08:49:38 GMT", false), ("?", false),
    ])
    func `a range is used only for the version that the client has`(value: String, honoured: Bool) {
        #expect(Preconditions(["If-Range": value]).allowsRange(tag: Self.tag, modified: Self.modified) == honoured)
    }

    @Test func `a range is used without a condition, but never without a tag`() {
        #expect(Preconditions([:]).allowsRange(tag: nil, modified: nil))
        #expect(!Preconditions(["If-Range": "\"abc\""]).allowsRange(tag: nil, modified: Self.modified))
        #expect(!Preconditions(["If-Range": HTTPDate.format(Self.modified)]).allowsRange(tag: Self.tag, modified: nil))
    }
}

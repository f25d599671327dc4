import HTTPTypes
import Testing

@Suite struct MultipartParserTests {
    private struct Part: Equatable {
        var disposition: String
        var bytes: [UInt8]
    }

    /// Parses a body in pieces of a size.
    private func parse(_ body: [UInt8], boundary: String = "xyz", pieces: Int) throws -> [Part] {
        var parser = try #require(MultipartParser(boundary: boundary))
        var parts: [Part] = []
        for start in stride(from: 0, to: body.count, by: pieces) {
            for event in try parser.parse(Array(body[start..<min(body.count, start + pieces)])) {
                switch event {
                case .begin(let fields): parts.append(Part(disposition: fields["content-disposition"] ?? "", bytes: []))
                case .data(let bytes): parts[parts.count - 1].bytes += bytes
                case .end: break
                }
            }
        }
        try parser.finish()
        return parts
    }

    private static let body = Array(
        ("preamble, to be ignored\r\n--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nhello\r\n--xyz  \r\n"
            + "content-disposition: form-data; name=\"b\"; filename=\"x\"\r\nContent-Type: image/png\r\n\r\n"
            + "\r\n--xy\r\n-xyz no boundary\r\n\r\n--xyz\r\nContent-Disposition: empty\r\n\r\n\r\n--xyz--\r\nepilogue")
            .utf8)

    @Test(arguments: [1, 2, 3, 5, 7, 16, 64, 1000])
    func `reads parts whatever the pieces`(pieces: Int) throws {
        let parts = try parse(Self.body, pieces: pieces)
        #expect(
            parts == [
                Part(disposition: "form-data; name=\"a\"", bytes: Array("hello".utf8)),
                Part(
                    disposition: "form-data; name=\"b\"; filename=\"x\"",
                    bytes: Array("\r\n--xy\r\n-xyz no boundary\r\n".utf8)),
                Part(disposition: "empty", bytes: []),
            ])
    }

    @Test func `reads a part without fields`() throws {
        let parts = try parse(Array("--xyz\r\n\r\nbytes\r\n--xyz--".utf8), pieces: 4)
        #expect(parts == [Part(disposition: "", bytes: Array("bytes".utf8))])
    }

    @Test(arguments: [
        "", "--xyz", "--xyz\r\nContent-Disposition: form-data\r\n\r\nhel", "--other\r\n\r\nx\r\n--other--",
        "--xyz\r\nno colon\r\n\r\nx\r\n--xyz--", "--xyz junk\r\n\r\nx\r\n--xyz--",
    ])
    func `refuses what is no whole body`(body: String) {
        #expect(throws: MultipartParser.Malformed.self) { try parse(Array(body.utf8), pieces: 3) }
    }

    @Test func `refuses fields without an end`() {
        let body = Array("--xyz\r\n".utf8) + [UInt8](repeating: UInt8(ascii: "a"), count: 100_000)
        #expect(throws: MultipartParser.Malformed.self) { try parse(body, pieces: 4096) }
    }

    @Test(arguments: ["", String(repeating: "b", count: 71)])
    func `refuses boundaries of other lengths`(boundary: String) {
        #expect(MultipartParser(boundary: boundary) == nil)
    }
}

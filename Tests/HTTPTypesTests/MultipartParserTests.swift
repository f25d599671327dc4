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
    func `reads parts, however the body is split`(pieces: Int) throws {
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

    @Test func `many small parts are parsed within one buffer`() throws {
        let part = "--xyz\r\nContent-Disposition: form-data; name=\"tags\"\r\n\r\na\r\n"
        var parser = try #require(MultipartParser(boundary: "xyz"))
        let events = try parser.parse(Array((String(repeating: part, count: 1000) + "--xyz--").utf8))
        let starts = events.compactMap { event -> Int? in
            if case .data(let bytes) = event { bytes.startIndex } else { nil }
        }
        // Positions in one array; a copy of the rest for each part would begin again.
        #expect(starts.count == 1000 && starts == starts.sorted() && Set(starts).count == 1000)
    }

    @Test func `reads a part without fields`() throws {
        let parts = try parse(Array("--xyz\r\n\r\nbytes\r\n--xyz--".utf8), pieces: 4)
        #expect(parts == [Part(disposition: "", bytes: Array("bytes".utf8))])
    }

    @Test(arguments: [
        "", "--xyz", "--xyz\r\nContent-Disposition: form-data\r\n\r\nhel", "--other\r\n\r\nx\r\n--other--",
        "--xyz\r\nno colon\r\n\r\nx\r\n--xyz--", "--xyz junk\r\n\r\nx\r\n--xyz--", "--xyzab\r\n\r\nx\r\n--xyz--",
    ])
    func `refuses incomplete bodies`(body: String) {
        #expect(throws: MultipartParser.Malformed.self) { try parse(Array(body.utf8), pieces: 3) }
    }

    /// A body whose only part has fields of a number of bytes, without the end of these fields.
    private func fields(ofBytes count: Int) -> [UInt8] {
        Array("--xyz\r\nX: ".utf8) + [UInt8](repeating: UInt8(ascii: "a"), count: count - 3)
    }

    @Test func `refuses fields without an end as soon as they are too long`() throws {
        var parser = try #require(MultipartParser(boundary: "xyz"))
        #expect(try parser.parse(fields(ofBytes: MultipartParser.maximumFieldBytes)).isEmpty)
        #expect(throws: MultipartParser.Malformed.self) { try parser.parse([UInt8(ascii: "a")]) }
    }

    @Test(arguments: [1 << 20, 4096, 1000])
    func `accepts fields up to the limit, and no longer ones`(pieces: Int) throws {
        let end = Array("\r\n\r\nbytes\r\n--xyz--".utf8)
        let longest = fields(ofBytes: MultipartParser.maximumFieldBytes) + end
        #expect(try parse(longest, pieces: pieces).map(\.bytes) == [Array("bytes".utf8)])
        let longer = fields(ofBytes: MultipartParser.maximumFieldBytes + 1) + end
        #expect(throws: MultipartParser.Malformed.self) { try parse(longer, pieces: pieces) }
    }

    @Test func `reports the beginning and the end of each part, and no empty data`() throws {
        var parser = try #require(MultipartParser(boundary: "xyz"))
        let body = "--xyz\r\n\r\n\r\n--xyz\r\n\r\nab\r\n--xyz--"
        var kinds = ""
        for byte in body.utf8 {
            for event in try parser.parse([byte]) {
                switch event {
                case .begin: kinds += "("
                case .data(let bytes): kinds += bytes.isEmpty ? "?" : String(decoding: bytes, as: UTF8.self)
                case .end: kinds += ")"
                }
            }
        }
        #expect(kinds == "()(ab)" && parser.isComplete)
    }

    @Test func `passes data on before the part has ended`() throws {
        var parser = try #require(MultipartParser(boundary: "xyz"))
        _ = try parser.parse(Array("--xyz\r\n\r\n".utf8))
        var received = 0
        for event in try parser.parse([UInt8](repeating: 7, count: 10_000)) {
            if case .data(let bytes) = event { received += bytes.count }
        }
        // All but the bytes that may be the beginning of a delimiter.
        #expect((9_990...10_000).contains(received))
    }

    @Test(arguments: [(0, false), (1, true), (70, true), (71, false)])
    func `accepts boundaries of 1 to 70 characters`(length: Int, isTaken: Bool) {
        #expect((MultipartParser(boundary: String(repeating: "b", count: length)) != nil) == isTaken)
    }
}

import CorpusFiles
import Domain
import FileFormats
import Testing

struct FormatRecognitionTests {
    @Test(arguments: [
        ("GIF89a", Recognition.image(.gif)), ("<svg xmlns='x'/>", .image(.svg)),
        ("\u{FEFF}<?xml version='1.0'?>\n<!-- a > b -->\n<!DOCTYPE svg [<!ENTITY a '>'>]>\n<svg>", .image(.svg)),
        ("<s:svg xmlns:s='x'/>", .image(.svg)), ("<!DOCTYPE html><svg/>", .other("an HTML page")),
        ("  <HTML>", .other("an HTML page")), ("<?xml version='1.0'?><rss/>", .other("an XML document")),
        ("%PDF-1.7", .other("a PDF document")), ("PK\u{3}\u{4}", .other("a ZIP archive")),
        ("", .other("an empty file")),
        ("push graphic-context", .other("plain text")), ("BMW is a car maker of some fame", .other("plain text")),
        ("RIFF1234AVI LIST", .other("an AVI film")), ("\0\0\0\u{18}ftypavif0000mif1", .image(.avif)),
        ("\0\0\0\u{18}ftypmif10000mif1heic", .image(.heic)), ("\0\0\0\u{18}ftypmif10000avifmiaf", .image(.avif)),
        ("\0\0\0\u{18}ftypisom0000mp41", .other("a film or another ISO media file")),
    ])
    func `recognises formats`(text: String, expected: Recognition) {
        #expect(FormatRecognition.recognise(Array(text.utf8)) == expected)
    }

    @Test func `finds SVG behind a long comment, in the bytes that it asks for`() throws {
        let comment = "<!--" + String(repeating: "x", count: 6000) + "-->"
        for (text, expected) in [
            (comment + "<svg/>", Recognition.image(.svg)), (comment + "<html/>", .other("an HTML page")),
            (comment, .other("plain text")), ("<!--" + String(repeating: "x", count: 70_000), .other("plain text")),
            (String(repeating: "x", count: 6000), .other("plain text")),
        ] {
            let bytes = Array(text.utf8)
            var longest = 0
            let found = try FormatRecognition.recognise(size: Int64(bytes.count)) { offset, count in
                longest = max(longest, count)
                return Array(bytes.dropFirst(Int(offset)).prefix(count))
            }
            #expect(found == expected)
            #expect(longest <= FormatRecognition.longestHead)
        }
        #expect(FormatRecognition.recognise(Array((comment + "<svg/>").utf8.prefix(4096))) == .undecided)
    }

    @Test func `describes unknown bytes`() {
        #expect(FormatRecognition.recognise([0x01, 0x02, 0xFE, 0x00, 7]) == .other("unknown bytes 01 02 fe 00"))
    }

    @Test func `reads SVG in UTF-16`() {
        let bytes: [UInt8] = [0xFF, 0xFE] + "<svg/>".utf8.flatMap { [$0, 0] as [UInt8] }
        #expect(FormatRecognition.recognise(bytes) == .image(.svg))
    }

    @Test func `survives every beginning of every signature`() {
        for text in ["\0\0\0\u{18}ftypmif10000avifmiaf", "<!DOCTYPE svg [<!ENTITY a '>'>]><svg>", "RIFF1234WEBPVP8 "] {
            let bytes = Array(text.utf8)
            for length in 0...bytes.count { _ = FormatRecognition.recognise(Array(bytes.prefix(length))) }
        }
    }

    @Test(arguments: Corpus.entries("accept"))
    func `recognises every good file of the corpus`(entry: Corpus.Entry) throws {
        let head = Array(try entry.bytes().prefix(FormatRecognition.headLength))
        let expected = try #require(ImageFormat(rawValue: entry.format.lowercased()))
        #expect(FormatRecognition.recognise(head) == .image(expected))
    }
}

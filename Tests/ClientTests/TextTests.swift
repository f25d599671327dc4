@testable import Client
import Domain
import SystemIO
import Testing

@Suite struct TextTests {
    @Test(arguments: [
        ("plain name.jpg", "plain name.jpg"), ("a\nb", "a\\nb"), ("\u{1B}[2J", "\\u{1b}[2J"),
        ("\0ff\0c3x", "\\xff\\xc3x"),
        ("\u{202E}gpj", "\\u{202e}gpj"), ("Größe 写真", "Größe 写真"), ("", ""),
    ])
    func `names cannot move the cursor of the terminal`(name: String, shown: String) {
        #expect(SanitizedText.of(FilePath(name)) == shown)
    }

    @Test func `names in JSON lose nothing`() {
        var line = JSONLine(event: "file")
        line.add("path", FilePath("a\"\\\n\0ff\u{7F}é"))
        line.add("none", nil as String?)
        line.add("count", 7)
        line.add("reasons", ["b": 2, "a": 1])
        #expect(
            line.text
                == #"{"event":"file","path":"a\"\\\u000a\udcff\u007fé","count":7,"reasons":{"a":1,"b":2}}"#)
    }

    @Test(arguments: [
        ("short", 10, "short"), ("0123456789", 10, "0123456789"), ("0123456789x", 10, "0123…6789x"),
        ("写真写真写真", 7, "写真…真"), ("写真写真写真", 6, "写…真"),
        ("abc", 1, ""), ("e\u{301}e\u{301}", 2, "e\u{301}e\u{301}"),
    ])
    func `text is cut to the width`(text: String, columns: Int, fitted: String) {
        #expect(DisplayWidth.fit(text, columns) == fitted)
        #expect(DisplayWidth.width(DisplayWidth.pad(text, columns)) >= columns - 1)
    }

    @Test(
        arguments: [
            (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (9949, "9.9 kB"), (9999, "10 kB"), (999_499, "999 kB"),
            (1_500_000, "1.5 MB"), (Int64.max, "9223 PB"),
        ] as [(Int64, String)])
    func `amounts are abbreviated`(bytes: Int64, text: String) { #expect(Amount.bytes(bytes) == text) }

    @Test(arguments: [(0.2, "0:01"), (59, "0:59"), (60, "1:00"), (3600, "1:00:00"), (9069, "2:31:09")])
    func `times are abbreviated`(seconds: Double, text: String) { #expect(Amount.time(seconds) == text) }

    @Test func `file names contain image, type and format`() throws {
        let id = try #require(ImageID("01a1fd85-c74e-72a9-949d-d75e0d3ea84e"))
        #expect(FileNaming.name(title: "Lake", id: id, type: .original, format: .tiff).text == "Lake-d75e0d3ea84e.tif")
        #expect(FileNaming.name(title: "L.jpg", id: id, type: .original, format: .jpeg).text == "L-d75e0d3ea84e.jpg")
        #expect(
            FileNaming.name(title: "", id: id, type: .fullSize, format: .webp, isFull: true).text
                == "image-01a1fd85-c74e-72a9-949d-d75e0d3ea84e-full-size.webp")
    }

    @Test func `the rate is that of the last seconds`() {
        var rate = TransferRate()
        #expect(rate.bytesPerSecond == 0 && rate.seconds(for: 100) == nil)
        for second in 0...20 { rate.add(bytes: second < 10 ? 0 : Int64(second - 10) * 1000, at: Double(second)) }
        #expect(rate.bytesPerSecond == 1000 && rate.seconds(for: 3000) == 3)
        #expect(rate.seconds(for: .max) == 8_640_000)
    }
}

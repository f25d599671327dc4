import Chronology
import Testing
import ZipFormat

@Suite struct ZipLayoutTests {
    private static let time = ZipTime(Timestamp(seconds: 1_600_000_000))

    private static func entry(_ name: String = "a.jpg", bytes: Int64 = 100) -> ZipEntry {
        ZipEntry(name: name, bytes: bytes, crc32: 7, time: time)
    }

    @Test(arguments: [0, 100, 0xFFFF_FFFE, 0xFFFF_FFFF, 0x1_0000_0000, 1 << 45] as [Int64])
    func `tells how long its records are`(bytes: Int64) {
        let entry = Self.entry("Größe (2).jpg", bytes: bytes)
        #expect(Int64(entry.localHeader.count) == entry.localHeaderLength)
        for offset in [0, 0xFFFF_FFFE, 0xFFFF_FFFF, 1 << 40] as [Int64] {
            #expect(Int64(entry.directoryHeader(at: offset).count) == entry.directoryHeaderLength(at: offset))
        }
    }

    @Test func `begins each part where the one before it ends`() {
        var layout = ZipLayout()
        var files: Int64 = 0
        var directory: Int64 = 0
        for index in 0..<70_000 {
            let entry = Self.entry("\(index).jpg", bytes: 100_000)
            let place = layout.add(entry)
            #expect(place.offset == files && place.directoryOffset == directory)
            files += Int64(entry.localHeader.count) + 100_000
            directory += Int64(entry.directoryHeader(at: place.offset).count)
        }
        #expect(layout.count == 70_000 && layout.directoryOffset == files && layout.directoryLength == directory)
        // More than 65,535 files, and more than 4 GiB.
        #expect(layout.end.count == 98 && layout.length == files + directory + 98)
    }

    @Test func `needs no ZIP64 for a small archive`() {
        var layout = ZipLayout()
        _ = layout.add(Self.entry())
        #expect(layout.end.count == 22 && layout.end.starts(with: [0x50, 0x4b, 5, 6]))
        #expect(ZipLayout(count: 65_534, directoryOffset: 9, directoryLength: 9).end.count == 22)
        #expect(ZipLayout(count: 65_535, directoryOffset: 9, directoryLength: 9).end.count == 98)
        #expect(ZipLayout(count: 1, directoryOffset: 0xFFFF_FFFF, directoryLength: 9).end.count == 98)
    }

    @Test(
        arguments: [
            ("1979-12-31T23:59:59", 0x0021_0000), ("1980-01-01T00:00:02", 0x0021_0001),
            ("2021-05-31T10:20:31", 0x52BF_528F), ("2107-12-31T23:59:59", 0xFF9F_BF7D),
            ("2200-01-01T00:00:00", 0xFF9F_BF7D),
        ] as [(String, UInt32)])
    func `writes dates of DOS`(text: String, expected: UInt32) throws {
        let local = try #require(CivilTime(text))
        let header = ZipEntry(name: "a", bytes: 1, crc32: 0, time: ZipTime(local: local, moment: nil)).localHeader
        let written = header[10..<14].reversed().reduce(0) { $0 << 8 | UInt32($1) }
        #expect(written == expected)
        #expect(header.count == 31)
    }

    @Test func `leaves out a moment that has no room`() {
        for (moment, extra) in [(Int64(Int32.max), 9), (Int64(Int32.max) + 1, 0), (-1, 9)] as [(Int64, Int)] {
            let time = ZipTime(local: CivilTime(secondsSince1970: 0), moment: moment)
            #expect(ZipEntry(name: "a", bytes: 1, crc32: 0, time: time).localHeader.count == 31 + extra)
        }
    }
}

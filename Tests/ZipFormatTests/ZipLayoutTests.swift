import Chronology
import Testing
import ZipFormat

@Suite struct ZipLayoutTests {
    private static let time = ZipTime(Timestamp(seconds: 1_600_000_000))

    private static func entry(_ name: String = "a.jpg", bytes: Int64 = 100) -> ZipEntry {
        ZipEntry(name: name, bytes: bytes, crc32: 7, time: time)
    }

    @Test(arguments: [0, 100, 0xFFFF_FFFE, 0xFFFF_FFFF, 0x1_0000_0000, 1 << 45] as [Int64])
    func `calculates the lengths of its records`(bytes: Int64) {
        let entry = Self.entry("Größe (2).jpg", bytes: bytes)
        #expect(Int64(entry.localHeader.count) == entry.localHeaderLength)
        for offset in [0, 0xFFFF_FFFE, 0xFFFF_FFFF, 1 << 40] as [Int64] {
            #expect(Int64(entry.directoryHeader(at: offset).count) == entry.directoryHeaderLength(at: offset))
        }
    }

    @Test(
        arguments: [
            (100, 100, 10, []), (0xFFFF_FFFE, 0xFFFF_FFFE, 10, []),
            (0xFFFF_FFFF, 0xFFFF_FFFF, 45, [0xFFFF_FFFF, 0xFFFF_FFFF]), (1 << 45, 0xFFFF_FFFF, 45, [1 << 45, 1 << 45]),
        ] as [(Int64, UInt64, UInt64, [UInt64])])
    func `a local header has all properties of the file`(bytes: Int64, size: UInt64, version: UInt64, wide: [UInt64]) {
        let header = Self.entry("Größe.jpg", bytes: bytes).localHeader
        #expect(header.number(at: 0, 4) == 0x0403_4b50 && header.number(at: 4, 2) == version)
        #expect(header.number(at: 6, 2) == 0x0800 && header.number(at: 8, 2) == 0)
        #expect(header.number(at: 14, 4) == 7)
        #expect(header.number(at: 18, 4) == size && header.number(at: 22, 4) == size)
        let name = Array("Größe.jpg".utf8)
        #expect(header.number(at: 26, 2) == UInt64(name.count) && Array(header[30..<30 + name.count]) == name)
        let extra = Array(header[(30 + name.count)...])
        #expect(header.number(at: 28, 2) == UInt64(extra.count))
        #expect(extra.fields == (wide.isEmpty ? [] : [.zip64(wide)]) + [.time(1, 1_600_000_000)])
    }

    @Test(
        arguments: [
            (100, 9, 10, 9, []), (100, 0xFFFF_FFFE, 10, 0xFFFF_FFFE, []),
            (100, 0xFFFF_FFFF, 45, 0xFFFF_FFFF, [0xFFFF_FFFF]),
            (0xFFFF_FFFF, 9, 45, 9, [0xFFFF_FFFF, 0xFFFF_FFFF]),
            (1 << 40, 1 << 41, 45, 0xFFFF_FFFF, [1 << 40, 1 << 40, 1 << 41]),
        ] as [(Int64, Int64, UInt64, UInt64, [UInt64])])
    func `a directory record also has the position of the file`(
        bytes: Int64, offset: Int64, version: UInt64, place: UInt64, wide: [UInt64]
    ) {
        let record = Self.entry("a.jpg", bytes: bytes).directoryHeader(at: offset)
        #expect(record.number(at: 0, 4) == 0x0201_4b50 && record.number(at: 4, 2) == 0x032D)
        #expect(record.number(at: 6, 2) == version && record.number(at: 8, 2) == 0x0800)
        #expect(record.number(at: 16, 4) == 7 && record.number(at: 20, 4) == UInt64(min(bytes, 0xFFFF_FFFF)))
        #expect(record.number(at: 24, 4) == UInt64(min(bytes, 0xFFFF_FFFF)) && record.number(at: 28, 2) == 5)
        #expect(record.number(at: 32, 2) == 0 && record.number(at: 34, 2) == 0 && record.number(at: 36, 2) == 0)
        #expect(record.number(at: 38, 4) == 0o100644 << 16 && record.number(at: 42, 4) == place)
        #expect(Array(record[46..<51]) == Array("a.jpg".utf8))
        let extra = Array(record[51...])
        #expect(record.number(at: 30, 2) == UInt64(extra.count))
        #expect(extra.fields == (wide.isEmpty ? [] : [.zip64(wide)]) + [.time(1, 1_600_000_000)])
    }

    @Test(arguments: [0, 1, 65_534] as [Int64])
    func `the end of a small archive has the number and the position of its files`(count: Int64) {
        let end = ZipLayout(count: count, directoryOffset: 1000, directoryLength: 77).end
        #expect(end.count == 22 && end.number(at: 0, 4) == 0x0605_4b50 && end.number(at: 4, 4) == 0)
        #expect(end.number(at: 8, 2) == UInt64(count) && end.number(at: 10, 2) == UInt64(count))
        #expect(end.number(at: 12, 4) == 77 && end.number(at: 16, 4) == 1000 && end.number(at: 20, 2) == 0)
    }

    @Test(
        arguments: [
            (65_535, 9, 9), (1, 0xFFFF_FFFF, 9), (1, 9, 0xFFFF_FFFF), (70_000, 1 << 40, 1 << 33),
        ] as [(Int64, Int64, Int64)])
    func `the end of a large archive uses wide fields`(count: Int64, offset: Int64, length: Int64) {
        let layout = ZipLayout(count: count, directoryOffset: offset, directoryLength: length)
        let end = layout.end
        #expect(end.count == 98 && layout.length == offset + length + 98)
        // The bytes after the size of the record and the versions.
        #expect(end.number(at: 0, 4) == 0x0606_4b50 && end.number(at: 4, 8) == 44)
        #expect(end.number(at: 12, 2) == 0x032D && end.number(at: 14, 2) == 45 && end.number(at: 16, 8) == 0)
        #expect(end.number(at: 24, 8) == UInt64(count) && end.number(at: 32, 8) == UInt64(count))
        #expect(end.number(at: 40, 8) == UInt64(length) && end.number(at: 48, 8) == UInt64(offset))
        // The locator.
        #expect(end.number(at: 56, 4) == 0x0706_4b50 && end.number(at: 60, 4) == 0)
        #expect(end.number(at: 64, 8) == UInt64(offset + length) && end.number(at: 72, 4) == 1)
        // The values that older readers see.
        #expect(end.number(at: 76, 4) == 0x0605_4b50 && end.number(at: 84, 2) == UInt64(min(count, 65_535)))
        #expect(end.number(at: 88, 4) == UInt64(min(length, 0xFFFF_FFFF)))
        #expect(end.number(at: 92, 4) == UInt64(min(offset, 0xFFFF_FFFF)))
    }

    @Test func `cuts long names, and refuses negative sizes`() {
        let entry = Self.entry(String(repeating: "n", count: 70_000), bytes: -1)
        #expect(entry.name.count == 65_535 && entry.bytes == 0)
    }

    @Test func `begins each part at the end of the previous one`() {
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
            ("2021-05-31T10:20:31", 0x52BF_528F), ("2107-01-01T00:00:00", 0xFE21_0000),
            ("2107-12-31T23:59:59", 0xFF9F_BF7D),
            ("2200-01-01T00:00:00", 0xFF9F_BF7D),
        ] as [(String, UInt32)])
    func `writes DOS dates`(text: String, expected: UInt32) throws {
        let local = try #require(CivilTime(text))
        let header = ZipEntry(name: "a", bytes: 1, crc32: 0, time: ZipTime(local: local, moment: nil)).localHeader
        let written = header[10..<14].reversed().reduce(0) { $0 << 8 | UInt32($1) }
        #expect(written == expected)
        #expect(header.count == 31)
    }

    @Test func `omits a moment that does not fit`() {
        for (moment, extra) in [(Int64(Int32.max), 9), (Int64(Int32.max) + 1, 0), (-1, 9)] as [(Int64, Int)] {
            let time = ZipTime(local: CivilTime(secondsSince1970: 0), moment: moment)
            #expect(ZipEntry(name: "a", bytes: 1, crc32: 0, time: time).localHeader.count == 31 + extra)
        }
    }
}

/// An extra field, as a reader parses it.
private enum ExtraField: Equatable {
    case zip64([UInt64])
    /// The flags, and the modification time.
    case time(UInt64, UInt64)
    case malformed
}

extension [UInt8] {
    /// A number of some bytes, the least significant one first.
    fileprivate func number(at offset: Int, _ width: Int) -> UInt64 {
        self[offset..<offset + width].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The content of an extra field.
    fileprivate var fields: [ExtraField] {
        var fields: [ExtraField] = []
        var rest = self
        while rest.count >= 4 {
            let (kind, length) = (rest.number(at: 0, 2), Int(rest.number(at: 2, 2)))
            guard rest.count >= 4 + length else { return [.malformed] }
            let data = Array(rest[4..<4 + length])
            switch (kind, length) {
            case (1, _) where length % 8 == 0:
                fields.append(.zip64(stride(from: 0, to: length, by: 8).map { data.number(at: $0, 8) }))
            case (0x5455, 5): fields.append(.time(data.number(at: 0, 1), data.number(at: 1, 4)))
            default: return [.malformed]
            }
            rest = Array(rest[(4 + length)...])
        }
        return rest.isEmpty ? fields : [.malformed]
    }
}

/// The offsets of an archive's parts: entries one after the other, the central directory, the records at the end.
///
/// It grows entry by entry and keeps none of them, so its memory does not depend on the number of files.
public struct ZipLayout: Hashable, Sendable {
    /// The offsets of one entry.
    public struct Place: Hashable, Sendable {
        /// Of the local header, from the beginning of the archive.
        public let offset: Int64
        /// Of the record in the central directory, from the directory's beginning.
        public let directoryOffset: Int64
    }

    /// The number of entries.
    public private(set) var count: Int64 = 0
    /// The offset of the central directory: after all files.
    public private(set) var directoryOffset: Int64 = 0
    /// Bytes of the central directory.
    public private(set) var directoryLength: Int64 = 0

    public init() {}

    /// The layout of an existing archive.
    public init(count: Int64, directoryOffset: Int64, directoryLength: Int64) {
        (self.count, self.directoryOffset, self.directoryLength) = (count, directoryOffset, directoryLength)
    }

    /// Appends an entry.
    public mutating func add(_ entry: ZipEntry) -> Place {
        let place = Place(offset: directoryOffset, directoryOffset: directoryLength)
        directoryLength += entry.directoryHeaderLength(at: place.offset)
        directoryOffset += entry.localHeaderLength + entry.bytes
        count += 1
        return place
    }

    /// The offset of the records after the central directory.
    public var endOffset: Int64 { directoryOffset + directoryLength }

    /// Bytes of the whole archive.
    public var length: Int64 { endOffset + (needsWideEnd ? 56 + 20 + 22 : 22) }

    private var needsWideEnd: Bool {
        count >= Int64(UInt16.max) || directoryOffset >= ZipEntry.wide || directoryLength >= ZipEntry.wide
    }

    /// The records at the end (sections 4.3.14 to 4.3.16); with the ZIP64 records only if a number needs them.
    public var end: [UInt8] { (needsWideEnd ? wideEnd : []) + plainEnd }

    private var plainEnd: [UInt8] {
        var record = ZipRecord(signature: 0x0605_4b50)
        record.append16(0)  // This disk.
        record.append16(0)  // The directory's disk.
        let entries = Int(min(count, Int64(UInt16.max)))
        record.append16(entries)
        record.append16(entries)
        record.append32(UInt32(clamping: directoryLength))
        record.append32(UInt32(clamping: directoryOffset))
        record.append16(0)  // Length of the comment.
        return record.bytes
    }

    private var wideEnd: [UInt8] {
        var record = ZipRecord(signature: 0x0606_4b50)
        record.append64(56 - 12)  // What follows this field.
        record.append16(3 << 8 | 45)
        record.append16(45)
        record.append32(0)
        record.append32(0)
        record.append64(count)
        record.append64(count)
        record.append64(directoryLength)
        record.append64(directoryOffset)
        var locator = ZipRecord(signature: 0x0706_4b50)
        locator.append32(0)
        locator.append64(endOffset)
        locator.append32(1)
        return record.bytes + locator.bytes
    }
}

/// A file in an archive, stored without compression.
public struct ZipEntry: Hashable, Sendable {
    /// The name in UTF-8, with `/` between folders; at most 65,535 bytes, of which more are cut off.
    public let name: [UInt8]
    /// Bytes of the file, at least 0.
    public let bytes: Int64
    /// CRC-32 of the file (ISO 3309).
    public let crc32: UInt32
    public let time: ZipTime

    public init(name: String, bytes: Int64, crc32: UInt32, time: ZipTime) {
        self.name = Array(name.utf8.prefix(Int(UInt16.max)))
        (self.bytes, self.crc32, self.time) = (max(0, bytes), crc32, time)
    }

    /// Sizes from this value on do not fit in 32 bits, and are in the ZIP64 extra field.
    static let wide = Int64(UInt32.max)

    var isLarge: Bool { bytes >= Self.wide }

    /// Bytes of the record in front of the file.
    public var localHeaderLength: Int64 {
        Int64(30 + name.count + (isLarge ? 20 : 0) + (time.extended == nil ? 0 : 9))
    }

    /// The local file header (section 4.3.7). It is complete, so no data descriptor follows the file.
    public var localHeader: [UInt8] {
        var record = ZipRecord(signature: 0x0403_4b50)
        appendCommon(to: &record, isWide: isLarge)
        record.append16(name.count)
        record.append16(Int(localHeaderLength) - 30 - name.count)
        record.bytes += name
        if isLarge {
            // Both sizes are required (section 4.5.3).
            record.append16(0x0001)
            record.append16(16)
            record.append64(bytes)
            record.append64(bytes)
        }
        appendTime(to: &record)
        return record.bytes
    }

    /// Bytes of the record in the central directory.
    ///
    /// - Parameter offset: of the local header.
    public func directoryHeaderLength(at offset: Int64) -> Int64 {
        let wide = (isLarge ? 16 : 0) + (offset >= Self.wide ? 8 : 0)
        return Int64(46 + name.count + (wide > 0 ? 4 + wide : 0) + (time.extended == nil ? 0 : 9))
    }

    /// The entry's record in the central directory (section 4.3.12).
    public func directoryHeader(at offset: Int64) -> [UInt8] {
        var record = ZipRecord(signature: 0x0201_4b50)
        let isFar = offset >= Self.wide
        // The attributes of UNIX: a regular file that everybody may read.
        record.append16(3 << 8 | 45)
        appendCommon(to: &record, isWide: isLarge || isFar)
        record.append16(name.count)
        record.append16(Int(directoryHeaderLength(at: offset)) - 46 - name.count)
        record.append16(0)  // Length of the comment.
        record.append16(0)  // Disk.
        record.append16(0)  // Internal attributes.
        record.append32(UInt32(0o100644) << 16)
        record.append32(isFar ? UInt32.max : UInt32(truncatingIfNeeded: offset))
        record.bytes += name
        if isLarge || isFar {
            record.append16(0x0001)
            record.append16((isLarge ? 16 : 0) + (isFar ? 8 : 0))
            if isLarge {
                record.append64(bytes)
                record.append64(bytes)
            }
            if isFar { record.append64(offset) }
        }
        appendTime(to: &record)
        return record.bytes
    }

    /// The fields that both headers have in common, from the version needed to the sizes.
    private func appendCommon(to record: inout ZipRecord, isWide: Bool) {
        let (time, date) = time.dos
        record.append16(isWide ? 45 : 10)
        // The name is UTF-8 (section 4.4.4, bit 11); the method is 0, stored.
        record.append16(1 << 11)
        record.append16(0)
        record.append16(Int(time))
        record.append16(Int(date))
        record.append32(crc32)
        let size = isLarge ? UInt32.max : UInt32(truncatingIfNeeded: bytes)
        record.append32(size)
        record.append32(size)
    }

    /// The extended timestamp, as Info-ZIP defines it: the time of change alone.
    private func appendTime(to record: inout ZipRecord) {
        guard let moment = time.extended else { return }
        record.append16(0x5455)
        record.append16(5)
        record.bytes.append(1)
        record.append32(UInt32(bitPattern: moment))
    }
}

/// Builds a record; numbers are little-endian (section 4.1.9).
struct ZipRecord {
    var bytes: [UInt8] = []

    init(signature: UInt32) { append32(signature) }

    mutating func append16(_ number: Int) { append(UInt64(truncatingIfNeeded: number), width: 2) }
    mutating func append32(_ number: UInt32) { append(UInt64(number), width: 4) }
    mutating func append64(_ number: Int64) { append(UInt64(bitPattern: number), width: 8) }

    private mutating func append(_ number: UInt64, width: UInt64) {
        for index in 0..<width { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * index))) }
    }
}

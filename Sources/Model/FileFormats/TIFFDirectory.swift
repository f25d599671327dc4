/// One image file directory of a TIFF structure (TIFF 6.0, section 2).
struct TIFFDirectory {
    /// The maximum number of entries of a directory.
    static let entryLimit = 1024

    let entries: [TIFFEntry]
    /// The offset of the directory that follows in the chain, from the structure's base; nil at its end.
    let next: Int64?

    /// Reads the directory at `offset` from the structure's base; entries beyond the end are skipped.
    ///
    /// Nil if there is no directory.
    init?(_ file: inout ByteWindow, header: TIFFHeader, at offset: Int64) throws {
        let (countWidth, entryWidth) = header.isBig ? (8, 20) : (2, 12)
        guard offset >= 8, offset <= file.count - header.base,
            let field = try file.bytes(at: header.base + offset, count: countWidth),
            let stated = header.order.number(field, at: 0, width: countWidth)
        else { return nil }
        let start = header.base + offset + Int64(countWidth)
        let room = (file.count - start) / Int64(entryWidth)
        let count = Int(min(stated, UInt64(Self.entryLimit), UInt64(max(0, room))))
        guard count > 0, let bytes = try file.bytes(at: start, count: count * entryWidth) else { return nil }
        let (end, width) = (start + Int64(count * entryWidth), header.isBig ? 8 : 4)
        let link = try UInt64(count) == stated ? file.bytes(at: end, count: width) : nil
        next = link.flatMap { header.order.number($0, at: 0, width: width) }
            .flatMap { $0 == 0 ? nil : Int64(exactly: $0) }
        entries = (0..<count).compactMap { index in
            let position = start + Int64(index * entryWidth)
            return TIFFEntry(bytes[(index * entryWidth)..<((index + 1) * entryWidth)], at: position, header: header)
        }
    }

    /// The first entry of a tag.
    func entry(_ tag: Int) -> TIFFEntry? { entries.first { $0.tag == tag } }
}

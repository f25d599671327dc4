/// The headers of a Windows bitmap.
enum BMPStructure {
    /// Why the file is incomplete: uncompressed rows that reach beyond its end.
    static func flaw(_ file: inout ByteWindow) throws -> String? {
        let cut = "the BMP is cut off"
        guard let head = try file.bytes(at: 0, count: 26), let pixels = ByteOrder.little.uint32(head, at: 10),
            let headerLength = ByteOrder.little.uint32(head, at: 14)
        else { return cut }
        guard Int64(pixels) < file.count else { return cut }
        guard headerLength >= 40 else { return nil }
        guard let rest = try file.bytes(at: 18, count: 16), let width = ByteOrder.little.uint32(rest, at: 0),
            let heightField = ByteOrder.little.uint32(rest, at: 4), let depth = ByteOrder.little.uint16(rest, at: 10),
            let compression = ByteOrder.little.uint32(rest, at: 12)
        else { return cut }
        let height = Int64(Int32(truncatingIfNeeded: heightField).magnitude)
        guard width > 0, width <= Int(Int32.max), height > 0, depth <= 64 else { return "the BMP has no valid size" }
        // 0 and 3 are uncompressed rows; other methods do not state their length.
        guard compression == 0 || compression == 3 else { return nil }
        let stride = (Int64(width) * Int64(depth) + 31) / 32 * 4
        let (bytes, isTooMuch) = stride.multipliedReportingOverflow(by: height)
        return isTooMuch || bytes > file.count - Int64(pixels) ? cut : nil
    }
}

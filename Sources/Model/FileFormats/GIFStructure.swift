/// The blocks of a GIF file (GIF89a, sections 15 to 27).
enum GIFStructure {
    private static let trailer: UInt8 = 0x3B, image: UInt8 = 0x2C, extensionBlock: UInt8 = 0x21

    /// Why the file is incomplete: it ends within a block, or before the first picture. The trailer may be missing, and
    /// anything may follow it.
    static func flaw(_ file: inout ByteWindow) throws -> String? {
        let cut = "the GIF is cut off"
        if let tail = try file.tail(1024), tail.last == trailer || tail.lastPosition(of: [0, trailer]) != nil {
            return nil
        }
        var reader = file.forward(from: 6)
        guard let screen = try reader.next(7), reader.skip(colours(screen[4])) else { return cut }
        var pictures = 0
        while let block = try reader.next() {
            switch block {
            case trailer: return pictures > 0 ? nil : "the GIF holds no picture"
            case image:
                guard let descriptor = try reader.next(9), reader.skip(colours(descriptor[8]) + 1),
                    try skipSubBlocks(&reader)
                else { return cut }
                pictures += 1
            case extensionBlock:
                guard reader.skip(1), try skipSubBlocks(&reader) else { return cut }
            default: return pictures > 0 ? nil : cut
            }
        }
        return pictures > 0 ? nil : cut
    }

    /// Bytes of the table of colours that a packed field announces.
    private static func colours(_ packed: UInt8) -> Int64 { packed & 0x80 == 0 ? 0 : 3 << (Int64(packed & 7) + 1) }

    private static func skipSubBlocks(_ reader: inout ForwardReader) throws -> Bool {
        while let length = try reader.next() {
            if length == 0 { return true }
            guard reader.skip(Int64(length)) else { return false }
        }
        return false
    }
}

/// Metadata in XMP (ISO 16684-1), as the text of a packet.
public enum XMPPacket {
    private static let name = Array(":Orientation".utf8)

    /// The packet of the same picture once it is upright: every `tiff:Orientation` is 1, as an attribute or an element.
    public static func upright(_ packet: [UInt8]) -> [UInt8] {
        var upright = packet
        var position = 0
        while position + name.count < packet.count {
            guard packet[position] == name[0], packet.has(name, at: position) else {
                position += 1
                continue
            }
            position += name.count
            var end = position
            while end < packet.count, isSeparator(packet[end]) { end += 1 }
            guard end > position, end < packet.count, (0x31...0x38).contains(packet[end]) else { continue }
            upright[end] = UInt8(ascii: "1")
        }
        return upright
    }

    /// What stands between the name and its value.
    private static func isSeparator(_ byte: UInt8) -> Bool {
        [0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: "="), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: ">")]
            .contains(byte)
    }
}

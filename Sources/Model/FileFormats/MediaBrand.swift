internal import Domain

/// The brands of an ISO media file (ISO/IEC 14496-12, section 4.3), from its `ftyp` box.
enum MediaBrand {
    private static let avif: Set<String> = ["avif", "avis"]
    private static let heic: Set<String> = ["heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs"]
    private static let general: Set<String> = ["mif1", "msf1", "mif2", "miaf"]

    /// HEIC or AVIF, by the major brand or, if that is a general one, by the compatible brands.
    static func imageFormat(_ head: [UInt8]) -> ImageFormat? {
        guard let brands = brands(head), let major = brands.first else { return nil }
        if avif.contains(major) { return .avif }
        if heic.contains(major) { return .heic }
        guard general.contains(major) else { return nil }
        if brands.contains(where: avif.contains) { return .avif }
        // A general brand alone is HEIF of some codec; the decoder decides.
        return .heic
    }

    /// The major brand and then the compatible ones, at most 64; nil if the bytes are no ISO media file.
    static func brands(_ head: [UInt8]) -> [String]? {
        guard head.has("ftyp", at: 4), let size = ByteOrder.big.uint32(head, at: 0), head.count >= 12 else {
            return nil
        }
        let end = min(size == 0 ? head.count : size, head.count)
        let offsets = [8] + stride(from: 16, through: max(16, end - 4), by: 4).prefix(63)
        return offsets.filter { $0 + 4 <= head.count }.map { String(decoding: head[$0..<($0 + 4)], as: UTF8.self) }
    }
}

/// The frames of AVIF and HEIC sequences (ISO/IEC 14496-12, section 8; ISO/IEC 23008-12, section 7).
public enum MediaTracks {
    /// More bytes than the tables of any sequence that is accepted have.
    private static let movieLimit = 8 << 20

    /// The frames of the longest track of pictures; 1 if there is none.
    ///
    /// - Parameters:
    ///   - file: with a budget of at least 9 MiB.
    ///   - limit: the answer for a table that is too long to be read.
    /// - Throws: what the window's reader throws.
    public static func frames(_ file: inout ByteWindow, limit: Int) throws -> Int {
        guard let size = try MediaBoxes.sizeOfTopLevel("moov", in: &file) else { return 1 }
        guard size <= Int64(movieLimit) else { return limit }
        guard let movie = try MediaBoxes.topLevel("moov", in: &file, limit: movieLimit) else { return 1 }
        let counts = MediaBoxes(movie).all("trak").compactMap { samples(ofTrack: MediaBoxes($0.content)) }
        return min(limit, max(1, counts.max() ?? 1))
    }

    /// The samples of a track of pictures; nil for other tracks, such as alpha.
    private static func samples(ofTrack track: MediaBoxes) -> Int? {
        guard let media = track["mdia"].map({ MediaBoxes($0.content) }),
            let handler = media["hdlr"]?.full.map({ Array($0.rest.dropFirst(4).prefix(4)) }),
            handler.has("pict") || handler.has("vide"),
            let information = media["minf"].map({ MediaBoxes($0.content) }),
            let table = information["stbl"].map({ MediaBoxes($0.content) })
        else { return nil }
        // Sizes, of one length each or of fewer bits (section 8.7.3), and else how long each sample takes (8.6.1.2).
        if let sizes = table["stsz"]?.full ?? table["stz2"]?.full { return ByteOrder.big.uint32(sizes.rest, at: 4) }
        guard let times = table["stts"]?.full?.rest, let count = ByteOrder.big.uint32(times, at: 0) else { return nil }
        return (0..<min(count, times.count / 8)).reduce(0) { sum, index in
            sum + (ByteOrder.big.uint32(times, at: 4 + index * 8) ?? 0)
        }
    }
}

/// What a PNG file says before its pixels: of its colours, besides an embedded profile, and of its frames (PNG, third
/// edition, sections 11.3.2 and 11.3.6).
public struct PNGHead: Hashable, Sendable {
    /// Of the chunk `cICP`, which counts before all others.
    public private(set) var codePoints: CodePoints?
    /// The exponent from a code to light: the reciprocal of what `gAMA` states; nil if it is not to be used.
    public private(set) var exponent: Double?
    /// Of `cHRM`, x and y of white, red, green and blue; nil if it is not to be used.
    public private(set) var chromaticities: [Double]?
    /// Of an animation (`acTL`, section 11.3.6.1); 1 for a still.
    public private(set) var frames = 1

    /// The values of sRGB (section 11.3.2.5), in steps of 100 000.
    private static let gamma = 45_455
    private static let primaries = [31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000]
    private static let chunkLimit = 4096

    /// Reads the chunks before the pixels. An embedded profile or `sRGB` counts before `gAMA` and `cHRM`.
    ///
    /// - Throws: what the window's reader throws.
    public init(_ file: inout ByteWindow) throws {
        var chunks: [String: [UInt8]] = [:]
        var offset: Int64 = 8
        for _ in 0..<Self.chunkLimit {
            guard let head = try file.bytes(at: offset, count: 8), let length = ByteOrder.big.uint32(head, at: 0),
                !head.has("IDAT", at: 4)
            else { break }
            let name = String(decoding: head[4..<8], as: UTF8.self)
            if ["cICP", "sRGB", "iCCP", "gAMA", "cHRM", "acTL"].contains(name), chunks[name] == nil {
                chunks[name] = try file.bytes(at: offset + 8, count: min(length, 32)) ?? []
            }
            offset += 12 + Int64(length)
        }
        frames = max(1, chunks["acTL"].flatMap { ByteOrder.big.uint32($0, at: 0) } ?? 1)
        // Full range and no matrix are all that PNG knows.
        if let points = chunks["cICP"], points.count >= 4, points[2] == 0, points[3] == 1 {
            codePoints = CodePoints(primaries: Int(points[0]), transfer: Int(points[1]))
        }
        guard chunks["sRGB"] == nil, chunks["iCCP"] == nil else { return }
        read(gamma: chunks["gAMA"].flatMap { ByteOrder.big.uint32($0, at: 0) }, chromaticities: chunks["cHRM"])
    }

    private mutating func read(gamma: Int?, chromaticities: [UInt8]?) {
        if let gamma, (1000...1_000_000).contains(gamma) { exponent = 100_000 / Double(gamma) }
        let stated = (0..<8).compactMap { index in chromaticities.flatMap { ByteOrder.big.uint32($0, at: index * 4) } }
        // Of a colour, x + y are at most 1, and y is not 0 of white.
        let isPossible =
            stated.count == 8 && stated[1] > 0
            && stride(from: 0, to: 8, by: 2).allSatisfy {
                stated[$0] + stated[$0 + 1] <= 100_000
            }
        if isPossible { self.chromaticities = stated.map { Double($0) / 100_000 } }
        let isOwnGamma = gamma.map { abs($0 - Self.gamma) <= 500 } ?? true
        let areOwnPrimaries = !isPossible || zip(stated, Self.primaries).allSatisfy { abs($0 - $1) <= 1000 }
        if areOwnPrimaries { self.chromaticities = nil }
        if isOwnGamma, areOwnPrimaries { exponent = nil }
    }
}

internal import CJXL

/// A JPEG XL file in memory.
public struct JPEGXLFile {
    /// The frame that a still shows: red, green, blue and alpha of 8 bits each, row by row.
    public struct Frame {
        public let width: Int, height: Int
        public let samples: [UInt8]
    }

    private let bytes: [UInt8]
    /// Of the picture as it is shown, in pixels.
    public let width: Int, height: Int
    /// Whether it has frames that follow each other in time.
    public let isAnimated: Bool
    /// Whether colours are multiplied by alpha.
    public let isPremultiplied: Bool
    /// The colour profile of the decoded samples; nil if there is none.
    public let profile: [UInt8]?

    /// Reads the header.
    ///
    /// - Throws: if it cannot be read.
    public init(_ bytes: [UInt8]) throws(JPEGXLError) {
        self.bytes = bytes
        let (information, profile) = try Self.decode(bytes) { bytes throws(JPEGXLError) in
            let decoder = try JPEGXLDecoder(bytes, JXL_DEC_COLOR_ENCODING)
            _ = try decoder.next()
            return (try decoder.basicInformation(), decoder.profile())
        }
        self.profile = profile
        // The decoder turns the picture; the size in the header is that of the picture as it is shown.
        (width, height) = (Int(information.xsize), Int(information.ysize))
        isAnimated = information.have_animation != 0
        isPremultiplied = information.alpha_bits > 0 && information.alpha_premultiplied != 0
    }

    /// How many frames there are, of which each is shown for a while; 1 for a still.
    ///
    /// - Parameter limit: counting ends there.
    /// - Throws: if the frames cannot be read.
    public func frames(limit: Int) throws(JPEGXLError) -> Int {
        guard isAnimated else { return 1 }
        return try Self.decode(bytes) { bytes throws(JPEGXLError) in
            let decoder = try JPEGXLDecoder(bytes, JXL_DEC_FRAME)
            var count = 0
            while count < limit, try decoder.next() == JXL_DEC_FRAME { count += 1 }
            return max(1, count)
        }
    }

    /// Decodes the first frame.
    ///
    /// - Throws: if it cannot be decoded.
    public func firstFrame() throws(JPEGXLError) -> Frame {
        try Self.decode(bytes) { bytes throws(JPEGXLError) in
            let decoder = try JPEGXLDecoder(bytes, JXL_DEC_FULL_IMAGE)
            let samples = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: width * height * 4)
            defer { samples.deallocate() }
            while true {
                switch try decoder.next() {
                case JXL_DEC_NEED_IMAGE_OUT_BUFFER: try decoder.write(to: samples)
                case JXL_DEC_FULL_IMAGE:
                    return Frame(width: width, height: height, samples: [UInt8](samples))
                default: throw JPEGXLError(action: "decode a frame")
                }
            }
        }
    }

    /// Runs a body with the bytes at one place.
    private static func decode<Result>(
        _ bytes: [UInt8], _ body: (UnsafeBufferPointer<UInt8>) throws(JPEGXLError) -> Result
    ) throws(JPEGXLError) -> Result {
        try bytes.withUnsafeBufferPointer { buffer throws(JPEGXLError) in try body(buffer) }
    }
}

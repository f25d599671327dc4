internal import CJXL

/// A decoder at work on a file in memory, on this thread.
struct JPEGXLDecoder: ~Copyable {
    private let pointer: OpaquePointer

    /// - Parameters:
    ///   - bytes: of the whole file; they must outlive the decoder.
    ///   - events: those at which `next` returns.
    init(_ bytes: UnsafeBufferPointer<UInt8>, _ events: JxlDecoderStatus...) throws(JPEGXLError) {
        guard let pointer = JxlDecoderCreate(nil) else { throw JPEGXLError(action: "make a decoder") }
        let wanted = events.reduce(0) { $0 | Int32(bitPattern: $1.rawValue) }
        guard JxlDecoderSubscribeEvents(pointer, wanted) == JXL_DEC_SUCCESS,
            JxlDecoderSetInput(pointer, bytes.baseAddress, bytes.count) == JXL_DEC_SUCCESS
        else {
            JxlDecoderDestroy(pointer)
            throw JPEGXLError(action: "read a file")
        }
        JxlDecoderCloseInput(pointer)
        self.pointer = pointer
    }

    deinit { JxlDecoderDestroy(pointer) }

    /// Goes on to the next event, or to what the decoder needs.
    ///
    /// - Throws: for a file that is damaged or cut off.
    func next() throws(JPEGXLError) -> JxlDecoderStatus {
        let status = JxlDecoderProcessInput(pointer)
        guard status != JXL_DEC_ERROR, status != JXL_DEC_NEED_MORE_INPUT else {
            throw JPEGXLError(action: "decode a file")
        }
        return status
    }

    func basicInformation() throws(JPEGXLError) -> JxlBasicInfo {
        var information = JxlBasicInfo()
        try check("read the header", JxlDecoderGetBasicInfo(pointer, &information))
        return information
    }

    /// The profile of the decoded samples; nil if there is none.
    func profile() -> [UInt8]? {
        var format = Self.format
        var count = 0
        guard JxlDecoderGetICCProfileSize(pointer, &format, JXL_COLOR_PROFILE_TARGET_DATA, &count) == JXL_DEC_SUCCESS
        else { return nil }
        var profile = [UInt8](repeating: 0, count: count)
        let status = JxlDecoderGetColorAsICCProfile(
            pointer, &format, JXL_COLOR_PROFILE_TARGET_DATA, &profile, profile.count)
        return status == JXL_DEC_SUCCESS ? profile : nil
    }

    /// Says where a frame's samples go; they must stay there until the frame is decoded.
    func write(to samples: UnsafeMutableBufferPointer<UInt8>) throws(JPEGXLError) {
        var format = Self.format
        try check(
            "decode a frame", JxlDecoderSetImageOutBuffer(pointer, &format, samples.baseAddress, samples.count))
    }

    /// Red, green, blue and alpha of 8 bits each.
    private static var format: JxlPixelFormat {
        JxlPixelFormat(num_channels: 4, data_type: JXL_TYPE_UINT8, endianness: JXL_NATIVE_ENDIAN, align: 0)
    }
}

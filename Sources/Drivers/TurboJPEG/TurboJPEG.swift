internal import CTurboJPEG

/// Reads and writes baseline and progressive JPEG files (ITU-T T.81) in 8 bits, grey or in luma and chroma.
public enum TurboJPEG {
    /// A file that is damaged or of another kind, or a picture that cannot be written.
    public struct Failure: Error {
        /// The library's message.
        public let reason: String
    }

    /// The header of a file.
    public struct Header: Sendable, Equatable {
        /// In pixels.
        public let width: Int, height: Int
        public let chroma: PlanarPicture.Chroma
    }

    /// - Throws: also for colours other than luma and chroma, and for other subsamplings.
    public static func header(of file: [UInt8]) throws(Failure) -> Header {
        let handle = try TurboJPEGHandle(tjInitDecompress())
        var (width, height, sampling, space) = (Int32(0), Int32(0), Int32(-1), Int32(-1))
        try handle.check(
            tjDecompressHeader3(handle.pointer, file, UInt(file.count), &width, &height, &sampling, &space))
        guard space == Int32(TJCS_YCbCr.rawValue) || space == Int32(TJCS_GRAY.rawValue),
            let chroma = PlanarPicture.Chroma.allCases.first(where: { $0.sampling == sampling })
        else { throw Failure(reason: "other colours than grey, or luma and chroma") }
        return Header(width: Int(width), height: Int(height), chroma: chroma)
    }

    /// Decodes a whole file.
    ///
    /// - Parameter shrink: 1, 2, 4 or 8: the divisor of the size, which is rounded up; applied in the frequency domain.
    /// - Throws: even if the decoder would only warn.
    public static func decode(_ file: [UInt8], shrink: Int = 1) throws(Failure) -> PlanarPicture {
        let header = try header(of: file)
        guard [1, 2, 4, 8].contains(shrink) else { throw Failure(reason: "no such scale") }
        let handle = try TurboJPEGHandle(tjInitDecompress())
        var picture = PlanarPicture(
            width: (header.width + shrink - 1) / shrink, height: (header.height + shrink - 1) / shrink,
            chroma: header.chroma)
        let (width, height) = (Int32(picture.width), Int32(picture.height))
        try handle.check(
            tjDecompressToYUV2(
                handle.pointer, file, UInt(file.count), &picture.samples, width, 1, height,
                TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING))
        return picture
    }

    /// Encodes a picture as a baseline file without metadata.
    ///
    /// - Parameter quality: 1 to 100, on the scale of the Independent JPEG Group.
    public static func encode(_ picture: PlanarPicture, quality: Int) throws(Failure) -> [UInt8] {
        let handle = try TurboJPEGHandle(tjInitCompress())
        let (width, height) = (Int32(picture.width), Int32(picture.height))
        let sampling = picture.chroma.sampling
        var file = [UInt8](repeating: 0, count: Int(tjBufSize(width, height, sampling)))
        var count = UInt(file.count)
        let code = file.withUnsafeMutableBufferPointer { buffer in
            var start = buffer.baseAddress
            return tjCompressFromYUV(
                handle.pointer, picture.samples, width, 1, height, sampling, &start, &count,
                Int32(min(max(1, quality), 100)), TJFLAG_ACCURATEDCT | TJFLAG_NOREALLOC)
        }
        try handle.check(code)
        return Array(file.prefix(Int(count)))
    }
}

extension PlanarPicture.Chroma {
    fileprivate var sampling: Int32 {
        let value =
            switch self {
            case .none: TJSAMP_GRAY
            case .full: TJSAMP_444
            case .halfAcross: TJSAMP_422
            case .halfDown: TJSAMP_440
            case .quarter: TJSAMP_420
            }
        return Int32(value.rawValue)
    }
}

/// A compressor or decompressor of the library.
private final class TurboJPEGHandle {
    let pointer: tjhandle

    init(_ pointer: tjhandle?) throws(TurboJPEG.Failure) {
        guard let pointer else { throw TurboJPEG.Failure(reason: "no memory") }
        self.pointer = pointer
    }

    deinit { tjDestroy(pointer) }

    /// Checks a call that returns other than 0 on failure.
    func check(_ code: Int32) throws(TurboJPEG.Failure) {
        if code != 0 { throw TurboJPEG.Failure(reason: String(cString: tjGetErrorStr2(pointer))) }
    }
}

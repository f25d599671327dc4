internal import Domain
internal import SystemIO
internal import TurboJPEG

/// A picture in luma and chroma as a JPEG file.
struct JPEGFastPathFile {
    private let bytes: [UInt8]
    private let width: Int, height: Int

    /// - Returns: nil if the encoder does not take the picture.
    init?(_ picture: PlanarPicture, quality: Int) {
        guard let bytes = try? TurboJPEG.encode(picture, quality: quality) else { return nil }
        (self.bytes, width, height) = (bytes, picture.width, picture.height)
    }

    func write(to output: FileDescriptor) throws(ImagingError) -> RenderedFile {
        do { try output.write(bytes) } catch {
            throw ImagingError(.notWritten, "The rendition could not be written.")
        }
        return RenderedFile(format: .jpeg, width: width, height: height, bytes: Int64(bytes.count))
    }
}

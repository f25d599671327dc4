internal import JPEGXL
internal import Vips

/// The first frame of an animated JPEG XL file: libvips 8.14 decodes all frames one over the other, and shows the last.
final class FirstFrame {
    private let file: JPEGXLFile
    private var decoded: JPEGXLFile.Frame?

    init(of file: JPEGXLFile) { self.file = file }

    /// The frame as a picture, which is decoded if its pixels are asked for.
    func image() throws(VipsError) -> VipsImage {
        let image = try VipsImage.generated(width: file.width, height: file.height) { [self] x, y, width, height in
            let frame = try frame()
            var part: [UInt8] = []
            part.reserveCapacity(width * height * 4)
            for row in y..<(y + height) {
                let start = (row * frame.width + x) * 4
                part += frame.samples[start..<(start + width * 4)]
            }
            return part
        }
        guard let profile = file.profile else { return image }
        return try image.replacingFields(blobs: [Colour.profileField: profile])
    }

    private func frame() throws -> JPEGXLFile.Frame {
        if let decoded { return decoded }
        let frame = try file.firstFrame()
        decoded = frame
        return frame
    }
}

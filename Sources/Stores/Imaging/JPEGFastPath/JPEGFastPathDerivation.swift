internal import Domain
internal import SystemIO
internal import Transformations
internal import TurboJPEG
internal import Vips

/// Makes any number of JPEGs of one JPEG, from one decode, in luma and chroma as they are stored.
struct JPEGFastPathDerivation {
    private let source: ImageSource
    private let limits: ImagingLimits

    /// - Returns: nil if the picture is no JPEG that lies upright and is in sRGB.
    init?(_ header: VipsImage, source: ImageSource, limits: ImagingLimits) {
        guard JPEGFastPathDecoder.suits(header, source) else { return nil }
        (self.source, self.limits) = (source, limits)
    }

    /// - Parameters:
    ///   - targets: largest first.
    ///   - shrink: how much smaller the largest may be decoded.
    /// - Returns: what was written, in the order of the targets; nil, and nothing is written, if some is to be no JPEG,
    ///   or the file is of another kind or damaged, which libvips tells better.
    func render(
        _ targets: [WorkerRequest.Target], shrink: Int, to outputs: [FileDescriptor]
    ) throws(ImagingError) -> [RenderedFile]? {
        guard let files = files(targets, shrink: shrink) else { return nil }
        var written: [RenderedFile] = []
        for (file, output) in zip(files, outputs) { written.append(try file.write(to: output)) }
        return written
    }

    private func files(_ targets: [WorkerRequest.Target], shrink: Int) -> [JPEGFastPathFile]? {
        guard targets.allSatisfy({ ($0.format ?? .jpeg) == .jpeg }), let first = targets.first,
            let decoding = JPEGFastPathDecoder(source, limits: limits), let decoded = decoding.decode(shrink: shrink),
            let largest = JPEGFastPathWindow(decoding.size, to: Resizing.fitted(decoding.size, in: first))
                .divided(by: shrink).reduce(decoded, quality: first.quality)
        else { return nil }
        var smallest = largest
        var files: [JPEGFastPathFile] = []
        for (index, target) in targets.enumerated() {
            if index > 0 {
                // What was reduced already serves for what is at most half as large.
                let isEnough = smallest.width >= 2 * target.width || smallest.height >= 2 * target.height
                let from = isEnough ? smallest : largest
                let size = PixelSize(from.width, from.height)
                guard
                    let reduced = JPEGFastPathWindow(size, to: Resizing.fitted(size, in: target))
                        .reduce(from, quality: target.quality)
                else { return nil }
                smallest = reduced
            }
            guard let file = JPEGFastPathFile(smallest, quality: target.quality) else { return nil }
            files.append(file)
        }
        return files
    }
}

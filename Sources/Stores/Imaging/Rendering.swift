internal import Domain
internal import FileFormats
internal import SystemIO
internal import Vips

/// Makes any number of renditions of one image from one decode.
struct Rendering {
    let source: ImageSource
    let limits: ImagingLimits

    /// Writes the renditions, upright, in sRGB, without metadata, none larger than the image (but an SVG fills its box).
    ///
    /// - Returns: what was written, in the order of the targets.
    func render(_ targets: [WorkerRequest.Target], to outputs: [FileDescriptor]) throws(ImagingError) -> [RenderedFile]
    {
        guard targets.count == outputs.count, !targets.isEmpty else {
            throw ImagingError(.unsupported, "Each rendition needs a file to go to.")
        }
        let header = try Inspection.header(of: source, limits: limits)
        let scaling = Scaling(header, source)
        let order = targets.indices.sorted { scaling.factor(targets[$0]) < scaling.factor(targets[$1]) }
        guard let first = order.first else { return [] }
        let largest = try decode(for: targets[first], header: header, scaling: scaling)
        var files: [Int: RenderedFile] = [:]
        for index in order {
            let picture = index == first ? largest : try reduce(largest, to: targets[index])
            let target = targets[index]
            let encoding = Encoding(
                format: target.format ?? (picture.hasAlpha ? .webp : .jpeg), quality: target.quality)
            files[index] = try encoding.write(picture, to: outputs[index])
        }
        return targets.indices.compactMap { files[$0] }
    }

    /// Decodes once, no larger than the target needs, and holds the picture in memory.
    func decode(
        for target: WorkerRequest.Target, header: VipsImage, scaling: Scaling
    ) throws(ImagingError) -> VipsImage {
        let isConverting = Colour.needsConversion(header)
        do throws(VipsError) {
            do throws(VipsError) {
                return try decode(target, scaling.options(for: target), converting: isConverting)
            } catch {
                // A broken profile is no reason to show nothing: its numbers are then taken for sRGB.
                guard isConverting else { throw error }
                return try decode(target, scaling.options(for: target), converting: false)
            }
        } catch {
            throw Failures.decoding("The image is damaged or incomplete: its pixels cannot all be decoded.", limits)
        }
    }

    private func decode(
        _ target: WorkerRequest.Target, _ options: ImageSource.Options, converting: Bool
    ) throws(VipsError) -> VipsImage {
        let image = try source.open(options)
        let fitted = try Resizing.fit(image, target, turning: !source.isUprightAlready, converting: converting)
        return try Colour.opaqueWherePossible(Colour.screen(fitted).inMemory())
    }

    private func reduce(_ picture: VipsImage, to target: WorkerRequest.Target) throws(ImagingError) -> VipsImage {
        do throws(VipsError) {
            return try Resizing.fit(picture, target, turning: false, converting: false)
        } catch {
            throw Failures.decoding("The image cannot be reduced.", limits)
        }
    }
}

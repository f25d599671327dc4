internal import Domain
internal import FileFormats
internal import SystemIO
internal import Transformations
internal import Vips

/// Makes any number of renditions of one image from one decode.
struct Derivation {
    let source: ImageSource
    let limits: ImagingLimits

    /// Writes the renditions, upright, in sRGB, without metadata, none larger than the image (but an SVG fills its
    /// box).
    ///
    /// - Returns: what was written, in the order of the targets.
    func render(_ targets: [WorkerRequest.Target], to outputs: [FileDescriptor]) throws(ImagingError) -> [RenderedFile]
    {
        guard targets.count == outputs.count, !targets.isEmpty else {
            throw ImagingError(.unsupported, "Each rendition needs a file to go to.")
        }
        let header = try Inspection.header(of: source, limits: limits)
        let scaling = ShrinkOnLoad(header, source)
        let order = targets.indices.sorted { scaling.factor(targets[$0]) < scaling.factor(targets[$1]) }
        guard let first = order.first else { return [] }
        if let planar = JPEGFastPathDerivation(header, source: source, limits: limits),
            let files = try planar.render(
                order.map { targets[$0] }, shrink: scaling.options(for: targets[first]).shrink,
                to: order.map { outputs[$0] })
        {
            let placed = Dictionary(uniqueKeysWithValues: zip(order, files))
            return targets.indices.compactMap { placed[$0] }
        }
        let largest = try decode(for: targets[first], header: header, scaling: scaling)
        let usual = try usualFormat(for: largest)
        var files: [Int: RenderedFile] = [:]
        var smallest = largest
        for index in order {
            let target = targets[index]
            // What was reduced already serves for what is at most half as large.
            let isEnough = smallest.width >= 2 * target.width || smallest.height >= 2 * target.height
            let picture = index == first ? largest : try reduce(isEnough ? smallest : largest, to: target)
            smallest = picture
            let encoding = Encoding(
                format: target.format ?? usual ?? (picture.hasAlpha ? .webp : .jpeg), quality: target.quality)
            files[index] = try encoding.write(picture, to: outputs[index])
        }
        return targets.indices.compactMap { files[$0] }
    }

    /// The format that all renditions of a picture have; nil if each has one of its own.
    private func usualFormat(for picture: VipsImage) throws(ImagingError) -> ImageFormat? {
        do throws(VipsError) {
            return try GraphicRecognition.isGraphic(picture, from: source.format) ? .png : nil
        } catch {
            throw Failures.decoding("The colours of the image cannot be counted.", limits)
        }
    }

    /// Decodes once, no larger than the target needs, and holds the picture in memory.
    func decode(
        for target: WorkerRequest.Target, header: VipsImage, scaling: ShrinkOnLoad
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
        let orientation = Rotation(exifOrientation: source.orientation())
        let fitted = try Resizing.fit(image, target, orientation: orientation, converting: converting)
        return try Colour.opaqueWherePossible(Colour.screen(fitted).inMemory())
    }

    private func reduce(_ picture: VipsImage, to target: WorkerRequest.Target) throws(ImagingError) -> VipsImage {
        do throws(VipsError) {
            return try Resizing.fit(picture, target, orientation: .none, converting: false).inMemory()
        } catch {
            throw Failures.decoding("The image cannot be reduced.", limits)
        }
    }
}

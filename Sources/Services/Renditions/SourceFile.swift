internal import Domain
internal import SystemIO
internal import Transformations

/// The file that a rendition is made from.
struct SourceFile {
    let file: FileDescriptor
    let format: ImageFormat
    /// Pixels, upright.
    let size: PixelSize
    /// The level of a pyramid that is read; nil for any other file.
    let level: Int?
    /// What its upright picture is turned by to be that of the image.
    let turn: Orientation

    init(
        _ file: FileDescriptor, _ format: ImageFormat, _ size: PixelSize, level: Int? = nil,
        turn: Orientation = .upright
    ) {
        (self.file, self.format, self.size, self.level, self.turn) = (file, format, size, level, turn)
    }

    /// Whether a file of a size has so many more pixels than a plan needs that nobody sees the second encoding.
    ///
    /// A picture that is reduced to half still looks as if it came from the original. A larger one does not.
    static func isLargeEnough(_ size: PixelSize, for plan: RenderPlan) -> Bool {
        let across = Double(size.width) / Double(plan.page.width)
        let down = Double(size.height) / Double(plan.page.height)
        return min(across, down) >= 2 * plan.scale
    }
}

extension StoredFile {
    /// Whether it is a rendition of a graphic: only such ones are kept as PNG (docs/decisions/0048).
    var isOfGraphic: Bool { FileType.kept.contains(type) && format == .png }

    var size: PixelSize { PixelSize(width, height) }

    /// What its upright picture is turned by to be that of an image.
    func turn(to rotation: Orientation) -> Orientation { self.rotation.inverse.followed(by: rotation) }
}

extension ImageContent {
    /// Pixels, upright.
    var uprightPixels: PixelSize {
        let size = uprightSize
        return PixelSize(size.width, size.height)
    }
}

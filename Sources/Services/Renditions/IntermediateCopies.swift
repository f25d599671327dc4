internal import Domain
internal import Imaging
internal import RenditionStorage
internal import SystemIO
internal import Telemetry
internal import Transformations

/// Copies of large images, smaller than the full-size file, from which small renditions are made.
///
/// A copy comes from the same decode as the kept renditions, and lies in the cache. If there is none, the full-size
/// file serves instead, at three times the cost. See `docs/decisions/0030`.
struct IntermediateCopies {
    /// The bounding square in pixels: twice the side of most small renditions, and half that of the full-size file.
    static let pixels = 1024
    static let quality = 85

    let cache: RenditionCache
    let log: Logger

    /// The size of the copy of a content; nil if the image is so small that a copy saves nothing.
    static func size(of content: ImageContent) -> PixelSize? {
        let upright = content.uprightPixels
        let longest = max(upright.width, upright.height)
        guard longest >= 3 * pixels / 2, !content.format.isDrawing else { return nil }
        let scale = Double(pixels) / Double(longest)
        return PixelSize(
            max(1, Int((Double(upright.width) * scale).rounded())),
            max(1, Int((Double(upright.height) * scale).rounded())))
    }

    /// An empty file for a copy; nil if none is needed. A failure is only logged, since renditions do without a copy.
    func begin(of content: ImageContent) async -> DraftRendition? {
        guard cache.isOn, Self.size(of: content) != nil else { return nil }
        do {
            return try await cache.begin()
        } catch {
            log.log(.warning, "copy not begun", ["digest": "\(content.digest)", "reason": "\(error)"])
            return nil
        }
    }

    /// Keeps a copy until its room is needed.
    func keep(_ draft: DraftRendition, _ format: ImageFormat, of content: ImageContent) async {
        do {
            _ = try await cache.keep(draft, as: Self.key(of: content, format), isUsed: false)
        } catch {
            log.log(.warning, "copy not kept", ["digest": "\(content.digest)", "reason": "\(error)"])
        }
    }

    /// The copy of a content; nil if there is none.
    ///
    /// - Parameter content: as an image shows it that is turned so.
    func open(of content: ImageContent, turnedBy rotation: Orientation) async throws -> SourceFile? {
        guard let size = Self.size(of: content) else { return nil }
        for format in [ImageFormat.jpeg, .webp, .png] {
            if let hit = try await cache.open(Self.key(of: content, format)) {
                return SourceFile(hit.file, format, size, turn: rotation)
            }
        }
        return nil
    }

    private static func key(of content: ImageContent, _ format: ImageFormat) throws -> RenditionKey {
        let version = ImagingWorkers.version(for: content.format)
        return try RenditionKey(
            digest: content.digest, recipe: "intermediate copy|\(pixels)|\(quality)|\(version)", format: format)
    }
}

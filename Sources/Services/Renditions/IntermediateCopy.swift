internal import BlobStorage
internal import Crypto
internal import Domain
internal import Imaging
internal import RenditionStorage
internal import Runtime
internal import SystemIO
internal import Telemetry

/// A copy of an image between its thumbnail and its full-size file, from which small renditions are made.
///
/// It comes from the decode that the kept files come from, and lies in the cache among the renditions: where it has
/// gone, or there never was one, the full-size file serves, at three times the cost.
enum IntermediateCopy {
    /// The bounding square in pixels: twice what most small renditions are, and half of the full-size file.
    static let pixels = 1024
    static let quality = 85

    /// Whether an image is so large that a copy of it saves anything.
    static func serves(_ content: ImageContent) -> Bool {
        let size = content.uprightSize
        return max(size.width, size.height) >= 3 * pixels / 2 && content.format != .svg
    }

    static func key(of digest: Digest, _ format: ImageFormat) throws -> RenditionKey {
        let recipe = "stepping stone|\(pixels)|\(quality)|\(ImagingWorkers.encoderVersion)"
        let hasher = try ContentHasher()
        try hasher.update(Array(recipe.utf8))
        return RenditionKey(
            digest: digest, recipe: Hexadecimal.encode(try hasher.finish().sha256.prefix(16)), format: format)
    }
}

extension Renditions {
    /// An empty file for a copy; nil where none is wanted. Without it nothing is wrong, so that a failure is only told of.
    func beginIntermediateCopy(of content: ImageContent) async -> DraftRendition? {
        guard repository.cache.isOn, IntermediateCopy.serves(content) else { return nil }
        do {
            return try await repository.cache.begin()
        } catch {
            repository.log.log(.warning, "copy not begun", ["digest": "\(content.digest)", "reason": "\(error)"])
            return nil
        }
    }

    /// Keeps a copy until somebody needs room.
    func keep(_ stone: DraftRendition, _ format: ImageFormat, of digest: Digest) async {
        do {
            _ = try await repository.cache.keep(stone, as: IntermediateCopy.key(of: digest, format), isUsed: false)
        } catch {
            repository.log.log(.warning, "copy not kept", ["digest": "\(digest)", "reason": "\(error)"])
        }
    }

    /// The copy of a content, where there is one.
    func intermediateCopy(of digest: Digest) async throws -> (file: FileDescriptor, format: ImageFormat)? {
        for format in [ImageFormat.jpeg, .webp] {
            if let hit = try await repository.cache.open(IntermediateCopy.key(of: digest, format)) {
                return (hit.file, format)
            }
        }
        return nil
    }
}

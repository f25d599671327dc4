internal import BlobStorage
internal import CatalogStorage
internal import Domain
internal import Imaging
internal import RenditionStorage
internal import Runtime
internal import SystemIO
internal import Telemetry

/// A file that is smaller than an original and looks like it, in the cache.
struct SmallerFile: Sendable {
    let hit: RenditionCache.Hit
    let key: RenditionKey
}

/// Makes smaller files of contents, once for all who ask, and has the cache remember them; also that there is none.
final class Compressor: Sendable {
    private struct FlightKey: Hashable {
        let digest: Digest
        let rotation: Orientation
        let format: ImageFormat?
    }

    private enum Outcome {
        case smaller(SmallerFile)
        /// No smaller file looks like the original.
        case none
    }

    /// The formats of files that were made without a wish for one, most frequent first.
    private static let usualFormats: [ImageFormat] = [.webp, .jpeg, .png]

    private let repository: Repository
    private let admission: RenderAdmission
    private let flights = SingleFlight<FlightKey, Outcome>(endsWhenAllLeave: true)

    init(repository: Repository, admission: RenderAdmission) {
        (self.repository, self.admission) = (repository, admission)
    }

    /// The smaller file of a content; nil if there is none.
    ///
    /// - Parameters:
    ///   - rotation: how its picture is turned. A turned one may be larger than the original.
    ///   - format: nil for the usual one.
    ///   - client: who waits for it.
    /// - Throws: `damaged`; `conflict` if the original is gone; `overloaded`; `storageFull`; `unsupported` for formats
    ///   that are only read.
    func smaller(
        than content: ImageContent, turnedBy rotation: Orientation, as format: ImageFormat?, for client: RenderClient
    ) async throws -> SmallerFile? {
        guard CompressionRules.applies(to: content.format, frames: content.frames, as: format) else { return nil }
        let flight = FlightKey(digest: content.digest, rotation: rotation, format: format)
        let outcome = try await flights.run(flight) { [self] in
            if let known = try await find(content, rotation, format) { return known }
            return try await make(content, rotation, as: format, for: client)
        }
        if case .smaller(let file) = outcome { return file }
        return nil
    }

    private func find(
        _ content: ImageContent, _ rotation: Orientation, _ format: ImageFormat?
    ) async throws -> Outcome? {
        for candidate in format.map({ [$0] }) ?? Self.usualFormats {
            let key = try Self.key(of: content, rotation, as: format, candidate)
            if let hit = try await repository.cache.open(key) {
                repository.metrics.cacheHits.increment()
                // An empty file says that there is none.
                return hit.bytes == 0 ? Outcome.none : .smaller(SmallerFile(hit: hit, key: key))
            }
        }
        return nil
    }

    private func make(
        _ content: ImageContent, _ rotation: Orientation, as format: ImageFormat?, for client: RenderClient
    ) async throws -> Outcome {
        if let reason = content.damage { throw ServiceError(.damaged, reason) }
        guard let stored = try await repository.catalog.file(of: content.digest, .original),
            let original = try await repository.store.openLocally(stored.key)
        else { throw ServiceError.noOriginal }
        let cost = RenderCost(ofCompressing: content, to: format)
        return try await admission.withRoom(for: cost, of: content.digest, client: client) {
            // What has begun is finished: it was asked for a moment ago.
            try await withoutCancellation { [self] in
                let started = ContinuousClock.now
                let draft = try await repository.cache.begin()
                let made = try await compress(original, of: content, rotation, as: format, to: draft)
                if made == nil { try draft.file.truncate(to: 0) }
                let key = try Self.key(of: content, rotation, as: format, made?.format ?? format ?? .webp)
                let hit = try await keep(draft, as: key)
                repository.metrics.renderTime.observe(started.duration(to: .now) / .seconds(1))
                repository.metrics.renders[.compressed]?.increment()
                return made == nil ? Outcome.none : .smaller(SmallerFile(hit: hit, key: key))
            }
        }
    }

    private func compress(
        _ original: FileDescriptor, of content: ImageContent, _ rotation: Orientation, as format: ImageFormat?,
        to draft: DraftRendition
    ) async throws -> RenderedFile? {
        do {
            return try await repository.imaging.compress(
                original, format: content.format, turn: rotation, as: format, to: draft.file)
        } catch let error as ImagingError {
            repository.metrics.failedRenders.increment()
            if error.code == .notWritten { throw ServiceError.storageFull }
            if error.code == .damaged {
                try await repository.catalog.markDamaged(content.digest, reason: error.message)
            }
            throw error
        }
    }

    private func keep(_ draft: DraftRendition, as key: RenditionKey) async throws -> RenditionCache.Hit {
        try await repository.locks.withLock(key.digest) {
            // Nothing would ever remove a file of a content that has been deleted meanwhile.
            guard try await repository.catalog.isKnown(key.digest) else { throw ServiceError.noImage() }
            return try await repository.cache.keep(draft, as: key)
        }
    }

    private static func key(
        of content: ImageContent, _ rotation: Orientation, as wanted: ImageFormat?, _ format: ImageFormat
    ) throws -> RenditionKey {
        let version = ImagingWorkers.version(for: content.format)
        let turned = rotation == .upright ? "" : "|turned \(rotation.exif)"
        return try RenditionKey(
            digest: content.digest, recipe: "compressed|\(wanted?.rawValue ?? "")|\(version)\(turned)", format: format)
    }
}

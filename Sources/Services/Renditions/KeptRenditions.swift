internal import BlobStorage
internal import CatalogStorage
internal import Domain
internal import Imaging
internal import RenditionStorage
internal import Runtime
internal import SystemIO
internal import Telemetry

/// The renditions that every image is to have: its full-size file and its thumbnail.
public final class KeptRenditions: Sendable {
    /// A number that grows whenever the renditions of the same file may look different.
    static let recipeVersion = 2

    /// The bounding square of each in pixels, and its quality.
    private static let shapes: [FileType: (pixels: Int, quality: Int)] = [.fullSize: (2048, 85), .thumbnail: (256, 80)]

    private let repository: Repository
    private let publication: FilePublication
    private let admission: RenderAdmission
    private let flights = SingleFlight<FlightKey, Void>()

    private struct FlightKey: Hashable {
        let digest: Digest
        let rotation: Orientation
    }

    public init(repository: Repository, publication: FilePublication, admission: RenderAdmission) {
        (self.repository, self.publication, self.admission) = (repository, publication, admission)
    }

    /// Makes the renditions that images of a content await, in each way in which they are turned.
    ///
    /// - Throws: as `make`.
    func makeAwaited(of digest: Digest) async throws {
        let awaited = try await repository.catalog.awaitedRotations(of: digest)
        for rotation in awaited.isEmpty ? [.upright] : awaited { try await make(of: digest, turnedBy: rotation) }
    }

    /// Makes the renditions of a content that are missing, from one decode, once for all who ask at the same time.
    ///
    /// A content that cannot be decoded is marked as damaged, and its original stays.
    /// - Parameters:
    ///   - rotation: what the upright picture is turned by.
    ///   - client: who waits for them; what new uploads need waits for nobody else.
    /// - Throws: `damaged`, `notFound`, `overloaded`; `conflict` if no file is left to make them from.
    func make(
        of digest: Digest, turnedBy rotation: Orientation = .upright, for client: RenderClient = .uploads
    ) async throws {
        try await flights.run(FlightKey(digest: digest, rotation: rotation)) { [self] in
            let content = try await repository.catalog.content(digest)
            guard let content else { throw ServiceError.noImage() }
            if let reason = content.damage { throw ServiceError(.damaged, reason) }
            let files = try await repository.catalog.files(of: digest)
            let missing = try await missingTypes(files.filter { $0.rotation == rotation })
            guard !missing.isEmpty else { return }
            let source = try await openSource(among: files, for: missing, rotation)
            let isUsual = source.stored.type == .original && rotation == .upright
            let copy = isUsual ? await copies.begin(of: content) : nil
            let cost = RenderCost(ofKeptRenditionsOf: content)
            let made: (files: [StagedFile], copy: ImageFormat?)
            do {
                made = try await admission.withRoom(for: cost, of: digest, client: client) {
                    try await render(missing, of: content, rotation, from: source, copy)
                }
            } catch let error as ImagingError {
                try await repository.catalog.markDamaged(digest, reason: error.message)
                throw error
            }
            let recipe = missing == FileType.kept && rotation == .upright ? Self.recipeVersion : nil
            let colour = await self.colour(in: made.files, of: digest)
            try await publication.add(made.files, of: digest, recipe: recipe, colour: colour)
            if let copy, let format = made.copy { await copies.keep(copy, format, of: content) }
        }
    }

    /// Makes the renditions of an image, which shows them then, or that it is damaged.
    ///
    /// - Throws: as above.
    func make(
        of id: ImageID, _ digest: Digest, turnedBy rotation: Orientation = .upright, for client: RenderClient
    ) async throws {
        // What other images of the content still have is not this one's.
        guard
            try await repository.catalog.sources(of: id).contains(where: { [.original, .fullSize].contains($0.type) })
        else { throw Self.noSource }
        do {
            try await make(of: digest, turnedBy: rotation, for: client)
        } catch {
            if ServiceError(explaining: error)?.code == .damaged { try await repository.catalog.showRenditions(of: id) }
            throw error
        }
        try await repository.catalog.showRenditions(of: id)
    }

    /// Makes the renditions of an image if possible; false if that is to be tried again.
    func tryToMake(of id: ImageID, _ digest: Digest) async -> Bool {
        do {
            try await make(of: id, digest, for: .uploads)
            return true
        } catch {
            repository.log.log(.warning, "renditions not made", ["digest": "\(digest)", "reason": "\(error)"])
            return ServiceError(explaining: error)?.code == .damaged
        }
    }

    /// Makes the renditions of a content anew that were made by an older recipe, and puts them in the place of those.
    ///
    /// - Parameter isChanged: whether the inspection has found the picture to be different.
    /// - Throws: what `make` throws; the content is not damaged then: what it has is still shown.
    func renew(of digest: Digest, isChanged: Bool) async throws {
        guard let content = try await repository.catalog.content(digest), content.damage == nil,
            content.versions.recipe < Self.recipeVersion
        else { return }
        let files = try await repository.catalog.files(of: digest)
        let former = files.filter { FileType.kept.contains($0.type) }
        guard !former.isEmpty else { return }
        guard isChanged || Self.mayLookDifferent(content),
            let original = files.first(where: { $0.type == .original }),
            let file = try await repository.store.openLocally(original.key)
        else { return try await keep(former, of: content) }
        let source = Source(file: file, stored: original)
        let cost = RenderCost(ofKeptRenditionsOf: content)
        var renewed: [StagedFile] = []
        for (rotation, former) in Dictionary(grouping: former, by: \.rotation) {
            let made = try await admission.withRoom(for: cost, of: digest, client: .server) {
                try await render(former.map(\.type), of: content, rotation, from: source, nil)
            }
            renewed += zip(former, made.files).map { former, made in
                StagedFile(blob: made.blob, file: made.file.replacing(former))
            }
        }
        let colour = await colour(in: renewed, of: digest)
        // What was made of it on request may show the same mistake.
        try await repository.cache.purge(digest)
        try await publication.replace(
            former, with: renewed, of: digest, recipe: Self.recipeVersion, colour: colour)
    }

    /// Nothing has changed for JPEG files but their orientation.
    private static func mayLookDifferent(_ content: ImageContent) -> Bool { content.format != .jpeg }

    /// Notes that renditions are as the current recipe makes them, with the colour of the thumbnail.
    private func keep(_ files: [StoredFile], of content: ImageContent) async throws {
        var colour: PictureColour?
        if let thumbnail = files.first(where: { $0.type == .thumbnail }),
            let file = try await repository.store.openLocally(thumbnail.key)
        {
            colour = try await repository.imaging.dominantColour(of: file, format: thumbnail.format)
        }
        try await repository.catalog.setRecipe(Self.recipeVersion, colour: colour, of: content.digest)
    }

    /// The colour of the thumbnail among staged files. A failure is only logged: an image does without.
    private func colour(in files: [StagedFile], of digest: Digest) async -> PictureColour? {
        guard let thumbnail = files.first(where: { $0.file.type == .thumbnail }) else { return nil }
        do {
            return try await repository.imaging.dominantColour(
                of: thumbnail.blob.file, format: thumbnail.file.format)
        } catch {
            repository.log.log(.warning, "colour not found", ["digest": "\(digest)", "reason": "\(error)"])
            return nil
        }
    }

    private var copies: IntermediateCopies { IntermediateCopies(cache: repository.cache, log: repository.log) }

    /// Types that the catalogue does not know, or whose files the store does not have.
    private func missingTypes(_ files: [StoredFile]) async throws -> [FileType] {
        var missing: [FileType] = []
        for type in FileType.kept {
            let file = files.first { $0.type == type }
            if let file, try await repository.store.size(of: file.key) == file.bytes { continue }
            missing.append(type)
        }
        return missing
    }

    private struct Source {
        let file: FileDescriptor
        let stored: StoredFile
    }

    /// The smallest file that will do: a thumbnail comes from the full-size file, which is upright and in sRGB already.
    private func openSource(
        among files: [StoredFile], for missing: [FileType], _ rotation: Orientation
    ) async throws -> Source {
        let (original, fullSize) = (files.filter { $0.type == .original }, files.filter { $0.type == .fullSize })
        let turned = fullSize.filter { $0.rotation == rotation }
        // If there is no original any more, what was made before the picture was turned can be turned itself.
        let candidates = missing == [.thumbnail] ? turned + original : original + fullSize
        for stored in candidates {
            if let file = try await repository.store.openLocally(stored.key) {
                return Source(file: file, stored: stored)
            }
        }
        throw Self.noSource
    }

    private static let noSource = ServiceError(
        .conflict, "No file of this image is left to make a rendition from.")

    /// Renders some types, and an intermediate copy if there is a draft for it.
    ///
    /// - Throws: `ImagingError` if the picture cannot be decoded.
    private func render(
        _ types: [FileType], of content: ImageContent, _ rotation: Orientation, from source: Source,
        _ copy: DraftRendition?
    ) async throws -> (files: [StagedFile], copy: ImageFormat?) {
        var blobs: [StagedBlob] = []
        var targets: [RenderTarget] = []
        for type in types {
            guard let shape = Self.shapes[type] else { continue }
            let blob = try await repository.store.stage()
            blobs.append(blob)
            // A thumbnail of a graphic's full-size file is one, too.
            let format: ImageFormat? = source.stored.isOfGraphic ? .png : nil
            targets.append(
                RenderTarget(square: shape.pixels, quality: shape.quality, format: format, output: blob.file))
        }
        if let copy {
            targets.append(
                RenderTarget(
                    square: IntermediateCopies.pixels, quality: IntermediateCopies.quality, format: nil,
                    output: copy.file))
        }
        let started = ContinuousClock.now
        let rendered: [RenderedFile]
        do {
            rendered = try await repository.imaging.derive(
                from: source.file, format: source.stored.format, turn: source.stored.turn(to: rotation),
                targets: targets)
        } catch let error as ImagingError {
            repository.metrics.failedRenders.increment()
            // A full disk says nothing about the image. The cache may be on another disk than the store.
            if error.code == .notWritten {
                guard copy == nil else { return try await render(types, of: content, rotation, from: source, nil) }
                throw ServiceError.storageFull
            }
            throw error
        }
        repository.metrics.renderTime.observe(started.duration(to: .now) / .seconds(1))
        var files: [StagedFile] = []
        for (type, (blob, result)) in zip(types, zip(blobs, rendered)) {
            let file = StoredFile(
                type, of: content, rotation: rotation, format: result.format, width: result.width,
                height: result.height, try await blob.summarize())
            files.append(StagedFile(blob: blob, file: file))
            repository.metrics.renders[type]?.increment()
        }
        return (files, copy == nil ? nil : rendered.last?.format)
    }
}

extension RenderTarget {
    fileprivate init(square pixels: Int, quality: Int, format: ImageFormat?, output: FileDescriptor) {
        self.init(width: pixels, height: pixels, quality: quality, format: format, output: output)
    }
}

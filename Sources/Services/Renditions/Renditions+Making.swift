internal import BlobStorage
internal import CatalogStorage
internal import Domain
internal import Imaging
internal import RenditionStorage
internal import Runtime
internal import SystemIO
internal import Telemetry

extension Renditions {
    /// The bounding square of each kept rendition in pixels, and its quality.
    static let shapes: [FileType: (pixels: Int, quality: Int)] = [.fullSize: (2048, 85), .thumbnail: (256, 80)]

    /// Makes the kept renditions of a content that are missing, from one decode, once for all who ask at the same time.
    ///
    /// A content that cannot be decoded is marked damaged, and its original stays.
    /// - Throws: `ServiceError` with `damaged`, `notFound` or `overloaded`.
    func make(of digest: Digest) async throws {
        try await flights.run(digest) { [self] in
            let content = try await repository.catalog.content(digest)
            guard let content else { throw ServiceError.noImage() }
            if let reason = content.damage { throw ServiceError(.damaged, reason) }
            let files = try await repository.catalog.files(of: digest)
            let missing = try await missingTypes(files)
            guard !missing.isEmpty else { return }
            guard let source = try await openSource(among: files, for: missing) else {
                throw ServiceError(.conflict, "No file of this image is left to make a rendition from.")
            }
            let started = ContinuousClock.now
            let stone = source.stored.type == .original ? await beginIntermediateCopy(of: content) : nil
            let (made, stoneFormat) = try await render(missing, of: content, from: source, stone)
            repository.metrics.renderTime.observe(started.duration(to: .now) / .seconds(1))
            try await keep(made, of: digest)
            if let stone, let stoneFormat { await keep(stone, stoneFormat, of: digest) }
        }
    }

    /// Makes them as far as possible; false where that should be tried again.
    func tryToMake(of digest: Digest) async -> Bool {
        do {
            try await make(of: digest)
            return true
        } catch {
            repository.log.log(.warning, "renditions not made", ["digest": "\(digest)", "reason": "\(error)"])
            return ServiceError(explaining: error)?.code == .damaged
        }
    }

    /// Kept renditions that the catalogue does not know, or whose files are gone.
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

    /// The smallest file that serves: a thumbnail comes from the full-size file, which is upright and clean already.
    private func openSource(among files: [StoredFile], for missing: [FileType]) async throws -> Source? {
        let order: [FileType] = missing == [.thumbnail] ? [.fullSize, .original] : [.original]
        for type in order {
            if let stored = files.first(where: { $0.type == type }),
                let file = try await repository.store.open(stored.key)
            {
                return Source(file: file, stored: stored)
            }
        }
        return nil
    }

    private struct Made {
        let file: StoredFile
        let blob: StagedBlob
    }

    private func render(
        _ types: [FileType], of content: ImageContent, from source: Source, _ stone: DraftRendition?
    ) async throws -> (made: [Made], stone: ImageFormat?) {
        var blobs: [StagedBlob] = []
        var targets: [RenderTarget] = []
        for type in types {
            guard let shape = Self.shapes[type] else { continue }
            let blob = try await repository.store.stage()
            blobs.append(blob)
            targets.append(
                RenderTarget(width: shape.pixels, height: shape.pixels, quality: shape.quality, output: blob.file))
        }
        if let stone {
            let side = IntermediateCopy.pixels
            targets.append(
                RenderTarget(width: side, height: side, quality: IntermediateCopy.quality, output: stone.file))
        }
        let rendered: [RenderedFile]
        do {
            rendered = try await repository.imaging.derive(
                from: source.file, format: source.stored.format, targets: targets)
        } catch let error as ImagingError {
            repository.metrics.failedRenders.increment()
            // A disk without room says nothing about the image, and the cache's may be another than the store's.
            if error.code == .notWritten {
                guard stone == nil else { return try await render(types, of: content, from: source, nil) }
                throw ServiceError.storageFull
            }
            try await repository.catalog.markDamaged(content.digest, reason: error.message)
            throw error
        }
        var made: [Made] = []
        for (type, (blob, result)) in zip(types, zip(blobs, rendered)) {
            let summary = try await blob.summarize()
            let key = BlobKey(
                type: type, digest: content.digest, taken: content.metadata.taken?.local, format: result.format)
            let file = StoredFile(
                digest: content.digest, type: type, key: key, format: result.format, width: result.width,
                height: result.height, bytes: summary.bytes, crc32: summary.crc32, dateUploaded: .now)
            made.append(Made(file: file, blob: blob))
            repository.metrics.renders[type]?.increment()
        }
        return (made, stone == nil ? nil : rendered.last?.format)
    }

    /// Publishes and records what was made, unless the content has gone meanwhile.
    private func keep(_ made: [Made], of digest: Digest) async throws {
        try await withoutCancellation { [self] in
            try await repository.locks.withLock(digest) {
                guard try await repository.catalog.isKnown(digest) else { throw ServiceError.noImage() }
                for one in made { _ = try await repository.store.publish(one.blob, as: one.file.key) }
                try await repository.catalog.addFiles(made.map(\.file))
                for one in made { try await repository.store.settle(one.blob) }
                forget(digest)
            }
        }
    }
}

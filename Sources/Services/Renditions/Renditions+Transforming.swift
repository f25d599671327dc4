internal import BlobStorage
internal import CatalogStorage
internal import Crypto
public import Domain
internal import Imaging
internal import RenditionStorage
internal import Runtime
internal import SystemIO
internal import Telemetry
public import Transformations

extension Renditions {
    /// A rendition made as a transformation says, and kept for those who ask again.
    ///
    /// - Throws: `notFound`; `invalid` where the image cannot be transformed so; `damaged`; `overloaded`.
    public func rendition(
        _ id: ImageID, _ transformation: Transformation, for viewer: Viewer
    ) async throws -> ServedFile {
        let open = OpenKey(id: id, wanted: .made(transformation))
        if let file = try opened(open, for: viewer) {
            repository.metrics.cacheHits.increment()
            if let key = file.key { try await repository.cache.use(key) }
            return file
        }
        let generation = self.open.generation
        let subject = try await subject(id, for: viewer)
        let plan = try transformation.plan(for: try await renderSubject(subject, transformation))
        let key = RenditionKey(
            digest: subject.content.digest, recipe: try Self.recipe(plan), format: plan.format)
        var hit = try await find(key)
        if hit == nil { hit = try await makeOnce(plan, key, of: subject) }
        guard let hit else { throw ServiceError.noImage() }
        let file = try await ServedFile(hit, key, plan, subject.details, store: repository.store, held: held)
        self.open.insert(file, for: open, since: generation)
        return file
    }

    /// The size of an image as a person sees it.
    ///
    /// - Throws: `notFound`; `damaged`.
    public func size(of id: ImageID, for viewer: Viewer) async throws -> PixelSize {
        let size = try await subject(id, for: viewer).content.uprightSize
        return PixelSize(size.width, size.height)
    }

    /// What an image is for those who transform it.
    struct Subject {
        let content: ImageContent
        let details: ServedDetails
        let files: [StoredFile]
    }

    func subject(_ id: ImageID, for viewer: Viewer) async throws -> Subject {
        guard let picture = try await repository.catalog.picture(of: id),
            viewer.maySee(owner: picture.servable.owner, picture.servable.visibility)
        else { throw ServiceError.noImage() }
        if let reason = picture.pixels.damage { throw ServiceError(.damaged, reason) }
        let servable = picture.servable
        return Subject(
            content: picture.pixels,
            details: ServedDetails(owner: servable.owner, visibility: servable.visibility, title: servable.title),
            files: picture.files)
    }

    private func find(_ key: RenditionKey) async throws -> RenditionCache.Hit? {
        let hit = try await repository.cache.open(key)
        if hit != nil { repository.metrics.cacheHits.increment() }
        return hit
    }

    /// The pages of a document may have sizes of their own, of which the catalogue knows the first.
    private func renderSubject(_ subject: Subject, _ transformation: Transformation) async throws -> RenderSubject {
        let content = subject.content
        var size = PixelSize(content.uprightSize.width, content.uprightSize.height)
        if transformation.page > 1, transformation.page <= content.frames,
            let source = try await source(of: subject, [.original])
        {
            size = try await repository.imaging.size(
                ofPage: transformation.page - 1, of: source.file, format: source.format)
        }
        return RenderSubject(
            size: size, format: content.format, pages: content.frames, hasAlpha: content.hasAlpha)
    }

    /// Made once, however many ask at the same time.
    private func makeOnce(
        _ plan: RenderPlan, _ key: RenditionKey, of subject: Subject
    ) async throws -> RenditionCache.Hit {
        try await renders.run(key) { [self] in
            // Somebody may have made it between the look and now.
            if let hit = try await repository.cache.open(key) { return hit }
            if let failure = failures[key] { throw failure }
            do {
                return try await make(plan, key, of: subject)
            } catch let error as ImagingError where error.code != .notWritten {
                failures.remember(error, for: key)
                throw error
            }
        }
    }

    private func make(
        _ plan: RenderPlan, _ key: RenditionKey, of subject: Subject
    ) async throws -> RenditionCache.Hit {
        let source = try await source(for: plan, of: subject)
        do {
            return try await make(plan, key, from: source)
        } catch let error as ImagingError where source?.level != nil && error.code != .notWritten {
            // What lies in the cache is not precious, and nothing that is wrong with it may come to be seen.
            try await dropPyramid(of: key.digest, error)
            return try await make(
                plan, key, from: try await self.source(for: plan, of: subject, withPyramid: false))
        }
    }

    private func make(
        _ plan: RenderPlan, _ key: RenditionKey, from source: RenderSource?
    ) async throws -> RenditionCache.Hit {
        guard let source else {
            throw ServiceError(.conflict, "The file that this would have to be made from is not kept any more.")
        }
        return try await admission.withRoom(for: RenderCost.bytes(of: plan, from: source), of: key.digest) {
            // What has begun is finished, and kept: somebody asked for it a moment ago.
            try await withoutCancellation { [self] in try await render(plan, key, from: source) }
        }
    }

    private func render(
        _ plan: RenderPlan, _ key: RenditionKey, from source: RenderSource
    ) async throws -> RenditionCache.Hit {
        let draft = try await repository.cache.begin()
        let started = ContinuousClock.now
        do {
            _ = try await repository.imaging.render(
                plan, from: source.file, format: source.format, level: source.level, to: draft.file)
        } catch let error as ImagingError {
            repository.metrics.failedRenders.increment()
            if error.code == .notWritten { throw ServiceError.storageFull }
            throw error
        }
        repository.metrics.renderTime.observe(started.duration(to: .now) / .seconds(1))
        repository.metrics.transformations.increment()
        return try await repository.locks.withLock(key.digest) {
            // A rendition of a content that has gone meanwhile would stay for good.
            guard try await repository.catalog.isKnown(key.digest) else { throw ServiceError.noImage() }
            return try await repository.cache.keep(draft, as: key)
        }
    }

    /// Stands for a plan and the encoder that carries it out.
    private static func recipe(_ plan: RenderPlan) throws -> String {
        let hasher = try ContentHasher()
        try hasher.update(Array("\(ImagingWorkers.encoderVersion)|\(plan.canonicalText)".utf8))
        return Hexadecimal.encode(try hasher.finish().sha256.prefix(16))
    }
}

internal import BlobStorage
internal import CatalogStorage
public import Domain
internal import Imaging
internal import RenditionStorage
internal import Runtime
internal import SystemIO
internal import Telemetry
public import Transformations

/// Renditions that are made as a request's transformation says, and kept in the cache for those who ask again.
public final class RequestedRenditions: Sendable {
    /// How many seconds a rendition in a format may take, with waiting, if another one would do.
    private static func longestAutomaticWait(_ format: ImageFormat) -> Double { format == .avif ? 2 : 4 }

    private let repository: Repository
    private let openFiles: OpenFiles
    private let pyramids: Pyramids
    private let admission: RenderAdmission
    private let avifEffort: Int
    private let failures = FailedRenders()
    /// A render without waiting callers is cancelled, unless it has started.
    private let flights = SingleFlight<RenditionKey, RenditionCache.Hit>(endsWhenAllLeave: true)

    /// - Parameter avifEffort: how hard the encoder of AVIF tries, 0 (fast) to 9 (small files).
    public init(
        repository: Repository, openFiles: OpenFiles, pyramids: Pyramids, admission: RenderAdmission, avifEffort: Int
    ) {
        (self.repository, self.openFiles) = (repository, openFiles)
        (self.pyramids, self.admission, self.avifEffort) = (pyramids, admission, avifEffort)
    }

    /// A rendition of an image, open.
    ///
    /// - Parameter client: who waits for it if it has to be made.
    /// - Throws: as `FilePermission.require`; `invalid` if the image cannot be transformed so; `damaged`; `overloaded`.
    public func rendition(
        _ id: ImageID, _ transformation: Transformation, for permission: FilePermission, client: RenderClient
    ) async throws -> OpenFile {
        let request = OpenFiles.Key.requested(id, transformation)
        if let file = try await look(request, for: permission) { return file }
        return try await openFiles.open(request, for: permission) { openFiles in
            let input = try await input(id, request.use, for: permission)
            let plans = try await plans(transformation, of: input)
            let choice = try await choose(plans, of: input, for: client)
            let hit: RenditionCache.Hit
            if let kept = choice.hit {
                hit = kept
            } else {
                hit = try await makeOnce(choice.plan, choice.key, of: input, for: client)
            }
            let file = try await openFiles.openRequested(hit, choice.key, choice.plan, input.access)
            return (file, isUsual: choice.plan == plans.best)
        }
    }

    /// The size of an image as a person sees it.
    ///
    /// - Throws: `notFound`; `damaged`.
    public func size(of id: ImageID, for permission: FilePermission) async throws -> PixelSize {
        try await input(id, .rendition, for: permission).content.uprightPixels
    }

    private func look(_ key: OpenFiles.Key, for permission: FilePermission) async throws -> OpenFile? {
        guard let file = try openFiles.find(key, for: permission) else { return nil }
        repository.metrics.cacheHits.increment()
        if let key = file.key { try await repository.cache.use(key) }
        return file
    }

    private func input(
        _ id: ImageID, _ use: FileUse, for permission: FilePermission
    ) async throws -> RenderInput {
        guard let input = try await repository.catalog.renderInput(id) else { throw ServiceError.noImage() }
        try await permission.require(use, of: id, input.access, in: repository.catalog)
        if let reason = input.content.damage { throw ServiceError(.damaged, reason) }
        return input
    }

    private struct Choice {
        let plan: RenderPlan
        let key: RenditionKey
        let hit: RenditionCache.Hit?
    }

    /// The first plan whose rendition is kept, or would be made soon; or else the last one.
    private func choose(
        _ plans: (best: RenderPlan, others: [RenderPlan]), of input: RenderInput, for client: RenderClient
    ) async throws -> Choice {
        var (plan, others) = (plans.best, plans.others[...])
        while true {
            let key = try Self.key(of: plan, input)
            let hit = try await find(key)
            guard hit == nil, let next = others.popFirst(), !isSoon(plan, of: input, for: client) else {
                return Choice(plan: plan, key: key, hit: hit)
            }
            plan = next
        }
    }

    private func isSoon(_ plan: RenderPlan, of input: RenderInput, for client: RenderClient) -> Bool {
        let source = SourceSelection.expectedSource(for: plan, of: input)
        let cost = RenderCost(of: plan, from: source.format, of: source.size, frames: input.content.frames)
        let seconds = admission.estimatedSeconds(for: cost, of: input.content.digest, client: client)
        return seconds <= Self.longestAutomaticWait(plan.format)
    }

    private func find(_ key: RenditionKey) async throws -> RenditionCache.Hit? {
        let hit = try await repository.cache.open(key)
        if hit != nil { repository.metrics.cacheHits.increment() }
        return hit
    }

    /// Makes the rendition once for all who ask at the same time.
    private func makeOnce(
        _ plan: RenderPlan, _ key: RenditionKey, of input: RenderInput, for client: RenderClient
    ) async throws -> RenditionCache.Hit {
        try await flights.run(key) { [self] in
            // An earlier flight may have ended since the cache was asked.
            if let hit = try await repository.cache.open(key) { return hit }
            if let failure = failures[key] { throw failure }
            do {
                return try await make(plan, key, of: input, for: client)
            } catch let error as ImagingError where error.code != .notWritten {
                failures.remember(error, for: key)
                throw error
            }
        }
    }

    private func make(
        _ plan: RenderPlan, _ key: RenditionKey, of input: RenderInput, for client: RenderClient
    ) async throws -> RenditionCache.Hit {
        let frames = input.content.frames
        let source = try await sources.source(for: plan, of: input)
        do {
            return try await make(plan, key, from: source, RenderCost(of: plan, from: source, frames: frames), client)
        } catch let error as ImagingError where source.level != nil && error.code != .notWritten {
            // The pyramid is damaged. It is only a copy, and must never be seen as damage of the image.
            try await pyramids.remove(of: input.content, error)
            let source = try await sources.source(for: plan, of: input, usesPyramid: false)
            return try await make(plan, key, from: source, RenderCost(of: plan, from: source, frames: frames), client)
        }
    }

    private func make(
        _ plan: RenderPlan, _ key: RenditionKey, from source: SourceFile, _ cost: RenderCost, _ client: RenderClient
    ) async throws -> RenditionCache.Hit {
        try await admission.withRoom(for: cost, of: key.digest, client: client) {
            // A render that has begun is finished and kept: it was asked for a moment ago.
            try await withoutCancellation { [self] in
                try await keep(try await render(plan, from: source), as: key)
            }
        }
    }

    private func render(_ plan: RenderPlan, from source: SourceFile) async throws -> DraftRendition {
        let draft = try await repository.cache.begin()
        let started = ContinuousClock.now
        do {
            _ = try await repository.imaging.render(
                plan, from: source.file, format: source.format, level: source.level, turn: source.turn, to: draft.file)
        } catch let error as ImagingError {
            repository.metrics.failedRenders.increment()
            if error.code == .notWritten { throw ServiceError.storageFull }
            throw error
        }
        repository.metrics.renderTime.observe(started.duration(to: .now) / .seconds(1))
        repository.metrics.transformations.increment()
        return draft
    }

    private func keep(_ draft: DraftRendition, as key: RenditionKey) async throws -> RenditionCache.Hit {
        try await repository.locks.withLock(key.digest) {
            // Nothing would ever remove a rendition of a content that has been deleted meanwhile.
            guard try await repository.catalog.isKnown(key.digest) else { throw ServiceError.noImage() }
            return try await repository.cache.keep(draft, as: key)
        }
    }

    private var sources: SourceSelection {
        SourceSelection(
            store: repository.store, copies: IntermediateCopies(cache: repository.cache, log: repository.log),
            pyramids: pyramids)
    }
}

extension RequestedRenditions {
    /// The plans of a transformation. The pages of a document may have different sizes; the catalogue knows the first.
    private func plans(
        _ transformation: Transformation, of input: RenderInput
    ) async throws -> (best: RenderPlan, others: [RenderPlan]) {
        let content = input.content
        var size = content.uprightPixels
        if transformation.page > 1, transformation.page <= content.frames,
            let original = try await sources.open([.original], of: input)
        {
            size = try await repository.imaging.size(
                ofPage: transformation.page - 1, of: original.file, format: original.format)
            if input.access.rotation.isTransposing { size = size.transposed }
        }
        return try transformation.plans(
            for: RenderSubject(
                size: size, format: content.format, pages: content.frames, hasAlpha: content.hasAlpha,
                isGraphic: input.files.contains(where: \.isOfGraphic)),
            avifEffort: avifEffort)
    }

    private static func key(of plan: RenderPlan, _ input: RenderInput) throws -> RenditionKey {
        try RenditionKey(
            digest: input.access.digest,
            recipe: ImagingWorkers.recipe(of: plan, from: input.content.format, turn: input.access.rotation),
            format: plan.format)
    }
}

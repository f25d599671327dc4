internal import BlobStorage
internal import CatalogStorage
internal import Domain
internal import Transformations

/// Selects the file that a rendition is made from.
struct SourceSelection {
    let store: any BlobStore
    let copies: IntermediateCopies
    let pyramids: Pyramids

    /// The smallest file that is at least twice as large as the rendition, or else the original. If the original is not
    /// kept any more, the largest file that is left has to do.
    ///
    /// - Parameter usesPyramid: whether a pyramid may serve. If there is none, one is requested.
    /// - Throws: `conflict` if no file is left.
    func source(for plan: RenderPlan, of input: RenderInput, usesPyramid: Bool = true) async throws -> SourceFile {
        let needsOriginal = Self.needsOriginal(plan)
        let types = needsOriginal ? [] : Self.sufficientTypes(for: plan, of: input)
        if !needsOriginal {
            if types.first != .thumbnail, let copy = try await copy(for: plan, of: input) { return copy }
            if types.isEmpty, usesPyramid, let level = try await pyramids.source(for: plan, of: input) { return level }
        }
        let rest: [FileType] = needsOriginal ? [.original] : [.original, .fullSize, .thumbnail]
        guard let source = try await open(types + rest, of: input) else {
            throw ServiceError(.conflict, "The file that this would have to be made from is not kept any more.")
        }
        return source
    }

    /// The format and the size of the file that will probably be selected.
    static func expectedSource(for plan: RenderPlan, of input: RenderInput) -> (format: ImageFormat, size: PixelSize) {
        let original = (format: input.content.format, size: input.content.uprightPixels)
        guard !needsOriginal(plan) else { return original }
        let type = sufficientTypes(for: plan, of: input).first
        if type != .thumbnail, let size = IntermediateCopies.size(of: input.content),
            SourceFile.isLargeEnough(size, for: plan)
        {
            return (.jpeg, size)
        }
        guard let kept = input.files.first(where: { $0.type == type }) else { return original }
        return (kept.format, kept.size)
    }

    private static func needsOriginal(_ plan: RenderPlan) -> Bool {
        plan.isFromOriginal || plan.keepsMetadata || plan.isAnimated || plan.pageIndex > 0
    }

    /// The first of some types that is kept.
    func open(_ types: [FileType], of input: RenderInput) async throws -> SourceFile? {
        for type in types {
            if let stored = input.files.first(where: { $0.type == type }),
                let file = try await store.openLocally(stored.key)
            {
                let turn = stored.turn(to: input.access.rotation)
                let size = turn.isTransposing ? stored.size.transposed : stored.size
                return SourceFile(file, stored.format, size, turn: turn)
            }
        }
        return nil
    }

    /// The kept renditions that are large enough, the smallest first.
    private static func sufficientTypes(for plan: RenderPlan, of input: RenderInput) -> [FileType] {
        [FileType.thumbnail, .fullSize].filter { type in
            input.files.first { $0.type == type && $0.rotation == input.access.rotation }
                .map { SourceFile.isLargeEnough($0.size, for: plan) } ?? false
        }
    }

    private func copy(for plan: RenderPlan, of input: RenderInput) async throws -> SourceFile? {
        guard let size = IntermediateCopies.size(of: input.content), SourceFile.isLargeEnough(size, for: plan) else {
            return nil
        }
        return try await copies.open(of: input.content, turnedBy: input.access.rotation)
    }
}

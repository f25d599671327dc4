internal import BlobStorage
internal import Domain
internal import SystemIO
internal import Transformations

/// The file that a rendition is made from.
struct RenderSource {
    let file: FileDescriptor
    let stored: StoredFile

    /// The smallest kept file that is at least twice as large as the target, and else the original.
    ///
    /// Half of a picture that was encoded once more still looks as if it came from the original; more of it would not.
    /// Where the original is not kept any more, the largest that is left has to do.
    static func open(in repository: Repository, files: [StoredFile], for plan: RenderPlan) async throws -> RenderSource?
    {
        let needsOriginal =
            plan.isFromOriginal || plan.keepsMetadata || plan.isAnimated || plan.pageIndex > 0
        guard !needsOriginal else { return try await open(in: repository, files: files, types: [.original]) }
        let serving = [FileType.thumbnail, .fullSize].filter { type in
            guard let file = files.first(where: { $0.type == type }) else { return false }
            let share = min(
                Double(file.width) / Double(plan.page.width), Double(file.height) / Double(plan.page.height))
            return share >= 2 * plan.scale
        }
        return try await open(in: repository, files: files, types: serving + [.original, .fullSize, .thumbnail])
    }

    /// The first of some types that is there.
    static func open(in repository: Repository, files: [StoredFile], types: [FileType]) async throws -> RenderSource? {
        for type in types {
            if let stored = files.first(where: { $0.type == type }),
                let file = try await repository.store.open(stored.key)
            {
                return RenderSource(file: file, stored: stored)
            }
        }
        return nil
    }
}

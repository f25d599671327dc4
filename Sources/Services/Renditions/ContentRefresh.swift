internal import BlobStorage
internal import CatalogStorage
internal import Domain
internal import Imaging
public import Runtime
internal import SystemIO
internal import Telemetry

/// Inspects again, and derives anew, what an older version of the program has handled.
///
/// Contents are done one after the other, with the lowest priority. Each keeps its versions in the catalogue, so that
/// the work goes on where it has ended. Originals, ids, folders, and what a person has set do not change.
public struct ContentRefresh: Service {
    /// The versions of this program.
    static var versions: ContentVersions {
        ContentVersions(inspection: ImagingWorkers.inspectionVersion, recipe: KeptRenditions.recipeVersion)
    }

    private static let pageLength = 100

    private let repository: Repository
    private let kept: KeptRenditions

    public init(repository: Repository, kept: KeptRenditions) { (self.repository, self.kept) = (repository, kept) }

    /// How many contents there are, and how many of them an older version has handled.
    public func progress() async throws -> (all: Int64, outdated: Int64) {
        try await repository.catalog.contentCounts(before: Self.versions)
    }

    /// Works until everything is up to date. A failure of the catalogue ends the work until the next start.
    public func run(ready: @escaping @Sendable () -> Void) async {
        ready()
        do {
            try await refreshAll()
        } catch  where !Task.isCancelled {
            repository.log.log(.error, "contents cannot be inspected anew", ["reason": "\(error)"])
        } catch {
            // The server stops.
        }
    }

    private func refreshAll() async throws {
        let (all, outdated) = try await progress()
        guard outdated > 0 else { return }
        repository.log.log(.info, "contents are inspected anew", ["outdated": .number(outdated), "all": .number(all)])
        var cursor: Cursor?
        repeat {
            let page = try await repository.catalog.outdatedContents(
                before: Self.versions, after: cursor, limit: Self.pageLength)
            for digest in page.elements {
                if Task.isCancelled { return }
                await tryToRefresh(digest)
            }
            cursor = page.next
        } while cursor != nil
        repository.log.log(.info, "contents are up to date")
    }

    /// A content that cannot be refreshed stays as it is, until the next start.
    private func tryToRefresh(_ digest: Digest) async {
        do {
            try await refresh(digest)
        } catch  where !(error is CancellationError) {
            repository.log.log(.warning, "content not refreshed", ["digest": "\(digest)", "reason": "\(error)"])
        } catch {
            // The server stops.
        }
    }

    /// Inspects a content again if an older version has done that, and makes its renditions anew if they may look
    /// different.
    func refresh(_ digest: Digest) async throws {
        guard let old = try await repository.catalog.content(digest) else { return }
        var isChanged = false
        if old.versions.inspection < Self.versions.inspection {
            let new = try await inspect(old)
            isChanged =
                new.orientation != old.orientation || (new.width, new.height) != (old.width, old.height)
                || new.frames != old.frames || new.hasAlpha != old.hasAlpha
            try await repository.catalog.refresh(new)
        }
        try await kept.renew(of: digest, isChanged: isChanged)
    }

    /// The content as this version reads it. One whose original is gone, or cannot be read any more, stays as it is.
    private func inspect(_ old: ImageContent) async throws -> ImageContent {
        var unchanged = old
        unchanged.versions.inspection = Self.versions.inspection
        let files = try await repository.catalog.files(of: old.digest)
        guard let original = files.first(where: { $0.type == .original }),
            let file = try await repository.store.openLocally(original.key)
        else { return unchanged }
        do {
            let probe = try await repository.imaging.probe(file, format: old.format)
            return ImageContent(
                digest: old.digest, format: old.format, width: probe.width, height: probe.height,
                orientation: probe.orientation, frames: probe.frames, hasAlpha: probe.hasAlpha,
                metadata: probe.metadata, damage: old.damage, colour: old.colour, versions: unchanged.versions,
                revision: old.revision)
        } catch let error as ImagingError where error.code == .damaged || error.code == .unsupported {
            repository.log.log(
                .warning, "content cannot be read", ["digest": "\(old.digest)", "reason": "\(error.message)"])
            return unchanged
        }
    }
}

internal import CatalogStorage
public import Domain

extension Jobs {
    /// A job names at most so many images: the same bytes may belong to many accounts.
    private static let maximumImages = 100

    /// The images that jobs work for, of those that the viewer may see; without the jobs that find their images themselves.
    public func images(of jobs: [Job], for viewer: Viewer) async throws -> [JobID: [ImageID]] {
        let digests = Set(
            jobs.compactMap { job in
                if case .derive(let digest) = job.work { digest } else { nil }
            })
        let known =
            digests.isEmpty
            ? [:]
            : try await repository.catalog.images(of: digests, visibleTo: viewer.audience, limit: Self.maximumImages)
        var images: [JobID: [ImageID]] = [:]
        for job in jobs {
            switch job.work {
            case .derive(let digest): images[job.id] = known[digest] ?? []
            case .compress(let image, _, _): images[job.id] = [image]
            case .generate, .ingest, .change, .deliver: break
            }
        }
        return images
    }
}

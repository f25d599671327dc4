internal import Domain

/// A job as JSON.
struct JobView: Encodable, Equatable {
    let job: Job
    /// Nil for a job that finds its images itself.
    private let images: [ImageID]?
    private let links: Links

    /// - Parameter images: the images of jobs, as `Jobs.images` returns them.
    init(_ job: Job, images: [JobID: [ImageID]], _ links: Links) {
        (self.job, self.links) = (job, links)
        self.images = images[job.id]
    }

    private struct Progress: Encodable {
        let total: Int64, done: Int64, failed: Int64
    }

    enum CodingKeys: String, CodingKey {
        case id, kind, digest, images, format, webhook, parent, state, progress, attempts, error, links
        case dateCreated = "date_created"
        case dateUpdated = "date_updated"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(job.id, forKey: .id)
        try container.encode(job.kind.rawValue, forKey: .kind)
        try container.encodeIfPresent(job.work.digest, forKey: .digest)
        try container.encodeIfPresent(images, forKey: .images)
        if case .compress(_, _, let format?) = job.work { try container.encode(format, forKey: .format) }
        if case .deliver(let webhook) = job.work { try container.encode(webhook, forKey: .webhook) }
        try container.encodeIfPresent(job.parent, forKey: .parent)
        try container.encode(job.state.rawValue, forKey: .state)
        try container.encode(
            Progress(total: job.progress.total, done: job.progress.done, failed: job.progress.failed),
            forKey: .progress)
        try container.encode(job.attempts, forKey: .attempts)
        try container.encode(job.error, forKey: .error)
        try container.encode(job.dateCreated, forKey: .dateCreated)
        try container.encode(job.dateUpdated, forKey: .dateUpdated)
        try container.encode(job.kind == .change ? bulkLinks : jobLinks, forKey: .links)
    }

    private var jobLinks: [String: String] { ["self": links.job(job.id), "events": links.job(job.id) + "/events"] }

    private var bulkLinks: [String: String] {
        jobLinks.merging(["failures": "/failures", "undo": "/undo"].mapValues { links.job(job.id) + $0 }) { $1 }
    }
}

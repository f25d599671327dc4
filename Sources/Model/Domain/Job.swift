/// A unit of background work, stored in the catalogue and leased by a worker.
public struct Job: Hashable, Sendable {
    /// The work of a job, with its parameters. A new kind of job is one case here and one handler.
    public enum Work: Hashable, Sendable {
        /// Makes the kept renditions of one content that are missing.
        case derive(Digest)
        /// Queues a `derive` for every content that lacks a file of the type; done when all of these are.
        case generate(FileType, Contents)
        /// Makes the compressed file of one image, whose content is given, in the usual format if none is given.
        case compress(ImageID, Digest, ImageFormat?)
        /// Inspects an item of a batch, and records it as an image.
        case ingest(BatchItemID)
        /// Changes many images; the job has this id.
        case change(JobID)
        /// Sends a webhook what its receiver does not have yet.
        case deliver(WebhookID)

        /// The contents of a `generate`.
        public enum Contents: String, Sendable, Codable {
            /// All contents of the job's owner. A worker has to find them.
            case all
            /// The contents that were queued when the job was created.
            case some
        }

        /// The content of the work; nil if there is more than one, or none that is known yet.
        public var digest: Digest? {
            switch self {
            case .derive(let digest), .compress(_, let digest, _): digest
            case .generate, .ingest, .change, .deliver: nil
            }
        }

        public var kind: Kind {
            switch self {
            case .derive: .derive
            case .generate(let type, _): type == .thumbnail ? .generateThumbnails : .generateFullSize
            case .compress: .compress
            case .ingest: .ingest
            case .change: .change
            case .deliver: .deliver
            }
        }
    }

    /// The name of a kind of work in the API.
    public enum Kind: String, Sendable, CaseIterable {
        /// Makes the kept renditions of one content that are missing.
        case derive
        /// Queues a `derive` for every content that lacks a thumbnail; done when all of these are.
        case generateThumbnails = "generate-thumbnails"
        /// Queues a `derive` for every content that lacks a full-size file; done when all of these are.
        case generateFullSize = "generate-full-size"
        /// Makes the compressed file of one image.
        case compress
        /// Inspects an item of a batch, and records it as an image.
        case ingest
        /// Changes many images.
        case change
        /// Sends a webhook what its receiver does not have yet.
        case deliver
    }

    public enum State: String, Sendable, CaseIterable {
        case queued, running, done, failed

        public var isFinal: Bool { self == .done || self == .failed }
    }

    /// The progress of a job, in units of its kind.
    public struct Progress: Hashable, Sendable {
        public var total: Int64, done: Int64, failed: Int64

        public init(total: Int64 = 0, done: Int64 = 0, failed: Int64 = 0) {
            (self.total, self.done, self.failed) = (total, done, failed)
        }
    }

    public let id: JobID
    public let work: Work
    /// The job whose progress counts this one.
    public let parent: JobID?
    public let state: State
    public let progress: Progress
    /// The number of attempts.
    public let attempts: Int
    /// Why the last attempt failed.
    public let error: String?
    public let dateCreated: Timestamp
    public let dateUpdated: Timestamp
    /// When a queued job may be started.
    public let runAfter: Timestamp
    /// The account whose images a `generate` processes, nil for all; the account that has requested a
    /// `compress` or a `change`, sent the item of an `ingest`, or has the webhook of a `deliver`.
    public let owner: AccountID?

    public init(
        id: JobID, work: Work, parent: JobID?, state: State, progress: Progress, attempts: Int, error: String?,
        dateCreated: Timestamp, dateUpdated: Timestamp, runAfter: Timestamp, owner: AccountID?
    ) {
        (self.id, self.work, self.parent, self.state) = (id, work, parent, state)
        (self.progress, self.attempts, self.error) = (progress, attempts, error)
        (self.dateCreated, self.dateUpdated, self.runAfter) = (dateCreated, dateUpdated, runAfter)
        self.owner = owner
    }

    public var kind: Kind { work.kind }
}

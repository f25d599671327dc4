internal import Domain

/// How long a job's row remains after the job has succeeded.
enum JobRetention: Equatable {
    /// Not at all: its files show that it has succeeded. So the table does not grow with every upload.
    case none
    /// For this long, so that clients can read its outcome.
    case seconds(Double)
    case forever
}

/// How work is stored, and the rules that depend on its kind.
extension Job.Work {
    /// The part of the work that is stored as JSON. The digest has its own column.
    private struct Payload: Codable {
        var image: ImageID?
        var format: ImageFormat?
        var contents: Contents?
        var item: BatchItemID?
        var change: JobID?
        var webhook: WebhookID?
    }

    /// Reads the work of a row.
    ///
    /// - Returns: nil if the row is malformed.
    init?(_ kind: Job.Kind, _ digest: Digest?, payload text: String) throws {
        let payload = try JSONText.decode(Payload.self, from: text)
        switch (kind, digest) {
        case (.derive, let digest?): self = .derive(digest)
        case (.compress, let digest?):
            guard let image = payload.image else { return nil }
            self = .compress(image, digest, payload.format)
        case (.generateThumbnails, _): self = .generate(.thumbnail, payload.contents ?? .all)
        case (.generateFullSize, _): self = .generate(.fullSize, payload.contents ?? .all)
        case (.ingest, _):
            guard let item = payload.item else { return nil }
            self = .ingest(item)
        case (.change, _):
            guard let change = payload.change else { return nil }
            self = .change(change)
        case (.deliver, _):
            guard let webhook = payload.webhook else { return nil }
            self = .deliver(webhook)
        case (.derive, nil), (.compress, nil): return nil
        }
    }

    /// The work as JSON, without its digest.
    var payload: String {
        get throws {
            switch self {
            case .derive: "{}"
            case .generate(_, let contents): try JSONText.encode(Payload(contents: contents))
            case .compress(let image, _, let format): try JSONText.encode(Payload(image: image, format: format))
            case .ingest(let item): try JSONText.encode(Payload(item: item))
            case .change(let job): try JSONText.encode(Payload(change: job))
            case .deliver(let webhook): try JSONText.encode(Payload(webhook: webhook))
            }
        }
    }

    /// The key of the work. Two jobs with the same key are never active at once (`docs/decisions/0035`).
    func uniqueKey(owner: AccountID?) -> String {
        let account = owner.map { "\($0)" } ?? ""
        return switch self {
        case .derive(let digest): "\(kind.rawValue) \(digest)"
        case .generate: "\(kind.rawValue) \(account)"
        case .compress(let image, _, let format): "\(kind.rawValue) \(image) \(format?.rawValue ?? "") \(account)"
        case .ingest(let item): "\(kind.rawValue) \(item)"
        case .change(let job): "\(kind.rawValue) \(job)"
        case .deliver(let webhook): "\(kind.rawValue) \(webhook)"
        }
    }

    var retention: JobRetention {
        switch self {
        case .derive, .ingest, .deliver: .none
        case .generate: .forever
        case .compress, .change: .seconds(86_400)
        }
    }

    /// The initial total of the progress. Jobs that count others increase it as they queue them.
    var initialTotal: Int64 {
        switch self {
        case .derive, .generate, .change, .deliver: 0
        case .compress, .ingest: 1
        }
    }

    /// The queue of the work.
    ///
    /// - Parameter isCounted: whether another job counts the job of this work.
    func lane(isCounted: Bool) -> JobLane {
        switch self {
        case .derive: isCounted ? .generated : .uploaded
        case .generate: .generate
        case .compress: .generated
        case .ingest: .uploaded
        case .change: .changes
        case .deliver: .deliveries
        }
    }
}

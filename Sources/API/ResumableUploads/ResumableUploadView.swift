internal import Domain
internal import HTTPTypes
internal import Services

/// An upload under way, or one that has ended, as JSON.
struct ResumableUploadView: Encodable {
    private enum State: String, Encodable {
        /// Bytes are to come.
        case receiving
        /// All bytes of a part are there, or those of an upload that is becoming an image.
        case received
        /// It is an image.
        case done
        /// It cannot become an image.
        case failed
    }

    private let upload: ResumableUpload
    private let links: Links

    init(_ upload: ResumableUpload, _ links: Links) { (self.upload, self.links) = (upload, links) }

    private enum CodingKeys: String, CodingKey {
        case id, kind, state, offset, length, filename, digest, metadata, parts, image, duplicate, problem, links
        case dateCreated = "date_created"
        case expiresAt = "expires_at"
    }

    private struct UploadLinks: Encodable {
        let `self`: String
        let image: String?
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(upload.id, forKey: .id)
        try container.encode(upload.kind == .part ? "partial" : upload.kind.rawValue, forKey: .kind)
        try container.encode(state, forKey: .state)
        try container.encode(upload.offset, forKey: .offset)
        try container.encode(upload.length, forKey: .length)
        try container.encode(upload.description.fileName, forKey: .filename)
        try container.encode(upload.description.digest, forKey: .digest)
        try container.encode(upload.description.stated, forKey: .metadata)
        if upload.kind == .final {
            try container.encode(upload.description.parts.map { links.upload($0) }, forKey: .parts)
        }
        try container.encode(upload.dateCreated, forKey: .dateCreated)
        try container.encode(upload.expires, forKey: .expiresAt)
        var image: ImageID?
        switch upload.outcome {
        case .image(let id, let isDuplicate):
            image = id
            try container.encode(id, forKey: .image)
            try container.encode(isDuplicate, forKey: .duplicate)
        case .refused(let refusal): try container.encode(Problem(ServiceError(refusal)).json, forKey: .problem)
        case nil: break
        }
        try container.encode(
            UploadLinks(self: links.upload(upload.id), image: image.map { links.image($0) }), forKey: .links)
    }

    private var state: State {
        switch upload.outcome {
        case .image: .done
        case .refused: .failed
        case nil: upload.isReceived ? .received : .receiving
        }
    }
}

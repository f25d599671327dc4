internal import Domain
internal import HTTPTypes
internal import Services

/// An image's record as JSON.
struct ImageView: Encodable {
    struct FileLinks: Encodable {
        let `self`: String, original: String?, fullSize: String, thumbnail: String, metadata: String
        let job: String?

        /// - Parameter job: the job that makes the renditions; only in the answer to an upload.
        init(_ record: ImageRecord, _ disclosure: Disclosure, job: JobID? = nil, _ links: Links) {
            let base = links.image(record.id)
            let version = "?v=" + Links.version(of: record.content, turnedBy: record.details.rotation)
            (self.`self`, metadata) = (base, base + "/metadata")
            original = disclosure.original ? base + "/original" + version : nil
            fullSize = base + "/full-size" + version
            thumbnail = base + "/thumbnail" + version
            self.job = job.map { links.job($0) }
        }

        enum CodingKeys: String, CodingKey {
            case `self`, original, thumbnail, metadata, job
            case fullSize = "full_size"
        }
    }

    private let record: ImageRecord
    private let disclosure: Disclosure
    private let links: Links
    /// Only in the answer to an upload.
    private let duplicate: Bool?
    /// Only in the answer to an upload, while a job makes the renditions.
    private let job: JobID?
    private let isBrief: Bool
    /// Only in the answer to a change: what it has replaced.
    private let former: ImageChanges?
    /// Only in the answer to an upload.
    private var restored: Bool?
    /// Only in the list of trashed images.
    private var trashed: (image: TrashedImage, expires: Timestamp)?

    /// - Parameters:
    ///   - disclosure: what is shown.
    ///   - isBrief: whether only the id and the links are shown, to a sender whose token may not read.
    init(
        _ record: ImageRecord, _ disclosure: Disclosure, duplicate: Bool? = nil, job: JobID? = nil,
        former: ImageChanges? = nil, _ links: Links, isBrief: Bool = false
    ) {
        (self.disclosure, self.former) = (disclosure, former)
        (self.record, self.duplicate, self.links, self.isBrief) = (record, duplicate, links, isBrief)
        // Whoever may not read cannot follow a job either.
        self.job = isBrief ? nil : job
    }

    /// The answer to an upload, for a sender who may or may not read.
    init(_ receipt: Ingest.Receipt, _ links: Links, isBrief: Bool) {
        self.init(
            receipt.record, .everything, duplicate: receipt.isDuplicate, job: receipt.job, links, isBrief: isBrief)
        restored = receipt.isRestored ? true : nil
    }

    /// An image in the trash. It has no links: nothing of it can be fetched.
    init(_ image: TrashedImage, expires: Timestamp, _ links: Links) {
        self.init(image.record, .everything, links)
        trashed = (image, expires)
    }

    enum CodingKeys: String, CodingKey {
        case id, digest, duplicate, restored, job, title, description, tags, attributes, visibility, owner, format,
            width, height, bytes, former
        case place, colour, creator, rights, rating, rotation, frames, state, damage, links, version
        case fileName = "file_name"
        case publicOriginal = "public_original"
        case publicPlace = "public_place"
        case externalID = "external_id"
        case dateTaken = "date_taken"
        case dateTakenSource = "date_taken_source"
        case datePrecision = "date_precision"
        case dateAdded = "date_added"
        case dateModified = "date_modified"
        case dateTrashed = "date_trashed"
        case expiresAt = "expires_at"
        case versionOf = "version_of"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(record.id, forKey: .id)
        try container.encodeIfPresent(duplicate, forKey: .duplicate)
        try container.encodeIfPresent(restored, forKey: .restored)
        try container.encodeIfPresent(job, forKey: .job)
        if !isBrief { try encodeDetails(to: &container) }
        if let trashed {
            try container.encode(trashed.image.dateTrashed, forKey: .dateTrashed)
            try container.encode(trashed.expires, forKey: .expiresAt)
            try container.encode(trashed.image.versionOf, forKey: .versionOf)
        } else {
            try container.encode(FileLinks(record, disclosure, job: job, links), forKey: .links)
        }
    }

    private func encodeDetails(to container: inout KeyedEncodingContainer<CodingKeys>) throws {
        let content = record.content
        let size = record.size
        if disclosure.original { try container.encode(content.digest, forKey: .digest) }
        try container.encode(record.details.title, forKey: .title)
        try container.encode(record.details.description, forKey: .description)
        try container.encode(record.details.tags, forKey: .tags)
        if disclosure.original {
            try container.encode(JSONValue.object(record.details.attributes), forKey: .attributes)
            try container.encode(record.fileName, forKey: .fileName)
            try container.encode(record.rating, forKey: .rating)
            try container.encode(record.details.externalID, forKey: .externalID)
        }
        try container.encode(RotationBody(record.details.rotation), forKey: .rotation)
        try container.encode(record.creator, forKey: .creator)
        try container.encode(record.rights, forKey: .rights)
        try container.encode(record.details.visibility, forKey: .visibility)
        if disclosure.settings {
            try container.encode(record.details.publicOriginal, forKey: .publicOriginal)
            try container.encode(record.details.publicPlace, forKey: .publicPlace)
        }
        try container.encode(record.ownerHandle, forKey: .owner)
        try container.encode(content.format, forKey: .format)
        try container.encode(size.width, forKey: .width)
        try container.encode(size.height, forKey: .height)
        try container.encode(content.frames, forKey: .frames)
        try container.encode(record.bytes, forKey: .bytes)
        try container.encode(record.taken?.description, forKey: .dateTaken)
        try container.encode(record.taken?.source.rawValue, forKey: .dateTakenSource)
        try container.encode(record.taken?.precision.rawValue, forKey: .datePrecision)
        if disclosure.place { try container.encode(record.place.map(PlaceView.init), forKey: .place) }
        try container.encode(content.colour?.description, forKey: .colour)
        try container.encode(record.dateAdded, forKey: .dateAdded)
        try container.encode(record.dateModified, forKey: .dateModified)
        try container.encode(record.state, forKey: .state)
        try container.encodeIfPresent(content.damage, forKey: .damage)
        try container.encode(record.version, forKey: .version)
        try container.encodeIfPresent(former.map(FormerDetailsView.init), forKey: .former)
    }

    /// It changes with every change of the record and of the state of its files.
    static func tag(of record: ImageRecord) -> EntityTag { tag(of: record, in: record.state) }

    /// The tags that this version of the record has had: a job that finishes changes the tag, but not the version.
    static func tagsOfVersion(_ record: ImageRecord) -> [EntityTag] {
        ImageRecord.State.allCases.map { tag(of: record, in: $0) }
    }

    private static func tag(of record: ImageRecord, in state: ImageRecord.State) -> EntityTag {
        EntityTag("\(record.id)-\(record.version)-\(state.rawValue)")
    }
}

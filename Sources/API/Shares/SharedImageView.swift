internal import Domain
internal import HTTPTypes
internal import Services

/// An image of a share as JSON: what a visitor gets of it. Whose it is, and what its owner keeps of it, is not told.
struct SharedImageView: Encodable {
    private let record: ImageRecord
    private let disclosure: Disclosure
    /// All of the metadata; nil in lists.
    private let photo: PhotoMetadata?
    private let path: String

    /// - Parameter share: the path of the share.
    init(_ record: ImageRecord, _ disclosure: Disclosure, photo: PhotoMetadata? = nil, share: String) {
        (self.record, self.disclosure, self.photo) = (record, disclosure, photo)
        path = "\(share)/images/\(record.id)"
    }

    private struct FileLinks: Encodable {
        let `self`: String, original: String?, fullSize: String, thumbnail: String, render: String, iiif: String

        enum CodingKeys: String, CodingKey {
            case `self`, original, thumbnail, render, iiif
            case fullSize = "full_size"
        }
    }

    enum CodingKeys: String, CodingKey {
        case id, digest, title, description, tags, creator, rights, format, width, height, frames, bytes, place, camera,
            exif, colour, state, links
        case fileName = "file_name"
        case dateTaken = "date_taken"
        case dateTakenSource = "date_taken_source"
        case datePrecision = "date_precision"
    }

    func encode(to encoder: any Encoder) throws {
        let (content, details) = (record.content, record.details)
        let size = record.size
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(record.id, forKey: .id)
        try container.encode(details.title, forKey: .title)
        try container.encode(details.description, forKey: .description)
        try container.encode(details.tags, forKey: .tags)
        try container.encode(record.creator, forKey: .creator)
        try container.encode(record.rights, forKey: .rights)
        try container.encode(content.format, forKey: .format)
        try container.encode(size.width, forKey: .width)
        try container.encode(size.height, forKey: .height)
        try container.encode(content.frames, forKey: .frames)
        try container.encode(record.bytes, forKey: .bytes)
        try container.encode(record.taken?.description, forKey: .dateTaken)
        try container.encode(record.taken?.source.rawValue, forKey: .dateTakenSource)
        try container.encode(record.taken?.precision.rawValue, forKey: .datePrecision)
        try container.encode(content.colour?.description, forKey: .colour)
        try container.encode(record.state, forKey: .state)
        if disclosure.place { try container.encode(record.place.map(PlaceView.init), forKey: .place) }
        if disclosure.camera { try container.encode(CameraView(photo ?? content.metadata), forKey: .camera) }
        if disclosure.original {
            try container.encode(content.digest, forKey: .digest)
            try container.encode(record.fileName, forKey: .fileName)
            if let photo { try container.encode(photo.exif ?? .object([:]), forKey: .exif) }
        }
        try container.encode(
            FileLinks(
                self: path, original: disclosure.original ? path + "/original" : nil, fullSize: path + "/full-size",
                thumbnail: path + "/thumbnail", render: path + "/render", iiif: path + "/iiif"), forKey: .links)
    }
}

internal import Domain
internal import Services

/// An archive as JSON.
struct ArchiveView: Encodable {
    let archive: Archive
    /// The files that were left out; nil in answers that do not report them.
    var leftOut: UnavailableFilesView?
    /// The path of its bytes.
    let url: String

    enum CodingKeys: String, CodingKey {
        case id, url, name, rendition, files, bytes, state, expires
        case bytesSent = "bytes_sent"
        case leftOut = "left_out"
        case dateCreated = "date_created"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(archive.id, forKey: .id)
        try container.encode(url, forKey: .url)
        try container.encode(archive.name, forKey: .name)
        try container.encode(archive.type, forKey: .rendition)
        try container.encode(archive.files, forKey: .files)
        try container.encode(archive.bytes, forKey: .bytes)
        try container.encode(archive.state().rawValue, forKey: .state)
        try container.encode(archive.bytesSent, forKey: .bytesSent)
        try container.encodeIfPresent(leftOut, forKey: .leftOut)
        try container.encode(archive.dateCreated, forKey: .dateCreated)
        try container.encode(archive.expires, forKey: .expires)
    }
}

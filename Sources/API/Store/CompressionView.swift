internal import Domain
internal import HTTPTypes

/// A compressed file that is there, as JSON.
struct CompressionView: Encodable {
    let id: ImageID
    let file: StoredFile

    private struct Links: Encodable {
        let compressed: String, download: String, image: String
    }

    private enum CodingKeys: String, CodingKey {
        case id, state, type, format, width, height, bytes, links
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode("done", forKey: .state)
        try container.encode(file.type, forKey: .type)
        try container.encode(file.format, forKey: .format)
        try container.encode(file.width, forKey: .width)
        try container.encode(file.height, forKey: .height)
        try container.encode(file.bytes, forKey: .bytes)
        try container.encode(
            Links(
                compressed: "/v1/images/\(id)/compressed", download: "/download/\(id)?transform=compress",
                image: "/v1/images/\(id)"),
            forKey: .links)
    }
}

internal import Domain
internal import TextCoding

/// A selection as JSON.
struct SelectionView: Encodable {
    let summary: SelectionSummary

    private struct Tag: Encodable {
        let tag: String
        let count: Int64
    }

    enum CodingKeys: String, CodingKey {
        case id, count, bytes, changeable, trashed, tags
        case expires = "expires_at"
        case commonTags = "common_tags"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(summary.selection.id, forKey: .id)
        try container.encode(summary.selection.expires, forKey: .expires)
        try container.encode(summary.count, forKey: .count)
        try container.encode(summary.bytes, forKey: .bytes)
        try container.encode(summary.changeable, forKey: .changeable)
        try container.encode(summary.trashed, forKey: .trashed)
        try container.encode(summary.commonTags, forKey: .commonTags)
        try container.encode(summary.tags.map { Tag(tag: $0.tag, count: $0.count) }, forKey: .tags)
    }
}

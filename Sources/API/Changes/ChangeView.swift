internal import Domain
internal import HTTPTypes

/// An entry of the feed of changes as JSON. What an image shows is absent if the viewer does not see it any more.
struct ChangeView: Encodable {
    private let change: RecordedChange

    init(_ change: RecordedChange) { self.change = change }

    private struct Shape: Encodable {
        let width: Int, height: Int
    }

    enum CodingKeys: String, CodingKey {
        case kind, image, date, version, taken, shape, colour, owner
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(change.kind.rawValue, forKey: .kind)
        try container.encode(change.id, forKey: .image)
        try container.encode(change.date, forKey: .date)
        guard let image = change.image else { return }
        try container.encode(image.version, forKey: .version)
        try container.encode(image.taken?.description, forKey: .taken)
        try container.encode(Shape(width: image.width, height: image.height), forKey: .shape)
        try container.encode(image.colour?.description, forKey: .colour)
        try container.encode(image.owner, forKey: .owner)
    }
}

/// A part of the feed as JSON.
struct ChangePageView: Encodable {
    private let changes: [ChangeView]
    private let next: String
    private let more: Bool

    init(_ page: ChangePage) {
        changes = page.changes.map(ChangeView.init)
        (next, more) = (page.next.description, page.hasMore)
    }

    /// The answer to whoever has no cursor yet.
    init(cursor: Cursor) { (changes, next, more) = ([], cursor.description, false) }
}

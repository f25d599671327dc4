internal import Domain
internal import Services
internal import TextCoding

/// An item of a batch as JSON, as machines know it.
struct BatchItemView: Encodable {
    let item: BatchItem
    let links: Links

    enum CodingKeys: String, CodingKey {
        case id, url, timestamp, barcode, attributes, state, error, image
        case filePath = "file_path"
        case storeName = "store_name"
        case cameraID = "camera_id"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(item.id, forKey: .id)
        try container.encode(Links.filePath(item.id), forKey: .filePath)
        try container.encode(links.path("/" + Links.filePath(item.id)), forKey: .url)
        try container.encode(item.timestamp, forKey: .timestamp)
        try container.encode(item.attributes["store_name"] ?? .null, forKey: .storeName)
        try container.encode(item.attributes["camera_id"] ?? .null, forKey: .cameraID)
        try container.encode(item.attributes["barcode"] ?? .null, forKey: .barcode)
        let rest = item.attributes.filter { !BatchItemMembers.known.contains($0.key) }
        try container.encode(JSONValue.object(rest), forKey: .attributes)
        try container.encode(item.state, forKey: .state)
        try container.encode(item.error, forKey: .error)
        try container.encode(item.image, forKey: .image)
    }
}

/// Where a batch is followed.
private struct BatchLinks: Encodable {
    let `self`: String, events: String

    init(_ id: BatchID, _ links: Links) { (self.`self`, events) = (links.batch(id), links.batch(id) + "/events") }
}

/// A batch as JSON, with some of its items.
struct BatchView: Encodable {
    let batch: Batch
    /// Nil if they are left out.
    let items: [BatchItem]?
    /// The cursor of the items that follow.
    let next: Cursor?
    let links: Links

    private struct Progress: Encodable {
        let total: Int64, pending: Int64, ready: Int64, failed: Int64
    }

    enum CodingKeys: String, CodingKey {
        case id, state, progress, items, next, links
        case dateCreated = "date_created"
    }

    func encode(to encoder: any Encoder) throws {
        let progress = batch.progress
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(batch.id, forKey: .id)
        try container.encode(batch.dateCreated, forKey: .dateCreated)
        try container.encode(progress.pending > 0 ? "pending" : "done", forKey: .state)
        try container.encode(
            Progress(
                total: progress.total, pending: progress.pending, ready: progress.ready, failed: progress.failed),
            forKey: .progress)
        if let items {
            try container.encode(items.map { BatchItemView(item: $0, links: links) }, forKey: .items)
            try container.encode(next?.description, forKey: .next)
        }
        try container.encode(BatchLinks(batch.id, links), forKey: .links)
    }
}

/// The answer to a batch: its id, and each item as it was acknowledged.
struct BatchReceiptView: Encodable {
    let receipt: Batches.Receipt
    let links: Links

    private struct Item: Encodable {
        let item: BatchItem
        let links: Links

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: BatchItemView.CodingKeys.self)
            try container.encode(item.id, forKey: .id)
            try container.encode(Links.filePath(item.id), forKey: .filePath)
            try container.encode(links.path("/" + Links.filePath(item.id)), forKey: .url)
            try container.encode(item.state, forKey: .state)
            try container.encode(item.error, forKey: .error)
        }
    }

    enum CodingKeys: String, CodingKey { case id, items, links }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(receipt.batch, forKey: .id)
        try container.encode(receipt.items.map { Item(item: $0, links: links) }, forKey: .items)
        try container.encode(BatchLinks(receipt.batch, links), forKey: .links)
    }
}

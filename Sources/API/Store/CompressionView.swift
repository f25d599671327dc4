internal import Domain
internal import Services

/// A compressed file that is there, as JSON.
struct CompressionView: Encodable {
    private let receipt: CompressionReceipt
    private let links: Links

    init(_ receipt: CompressionReceipt, _ links: Links) { (self.receipt, self.links) = (receipt, links) }

    private struct FileLinks: Encodable {
        let compressed: String, download: String, image: String
    }

    private enum CodingKeys: String, CodingKey {
        case id, state, type, format, width, height, bytes, links
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        let id = receipt.image
        try container.encode(id, forKey: .id)
        try container.encode("done", forKey: .state)
        try container.encode(FileType.compressed, forKey: .type)
        try container.encode(receipt.format, forKey: .format)
        try container.encode(receipt.width, forKey: .width)
        try container.encode(receipt.height, forKey: .height)
        try container.encode(receipt.bytes, forKey: .bytes)
        try container.encode(
            FileLinks(
                compressed: links.file(id, .compressed), download: links.path("/download/\(id)?transform=compress"),
                image: links.image(id)),
            forKey: .links)
    }
}

internal import Domain
internal import HTTPTypes
public import Services

/// The images of an account: all of them for itself, the public ones for everybody else.
public struct CollectionRoutes: Sendable {
    private let accounts: Accounts
    private let library: Library

    public init(accounts: Accounts, library: Library) { (self.accounts, self.library) = (accounts, library) }

    public var routes: [Route] { [Route(.get, "/api/{handle}/files", files)] }

    private func files(_ call: Call) async throws -> HTTPResponse {
        let query = try QueryParameters(call.request.target, known: ["sort", "limit", "cursor"])
        var criteria = SearchCriteria()
        let orders = SearchCriteria.Order.allCases.map(\.rawValue).joined(separator: ", ")
        criteria.order = try query.value("sort", "one of \(orders)", SearchCriteria.Order.init) ?? .newest
        criteria.limit = try query.number("limit", in: 1...1000) ?? 100
        criteria.cursor = try query.cursor()
        let owner = try await accounts.owner(call.parameters["handle"])
        let page = try await library.collection(of: owner, matching: criteria, for: call.viewer)
        return ListView(
            name: "files", ids: page.elements.map(\.id.description),
            entries: page.elements.map {
                CollectionEntry($0, library.disclosure(of: $0, to: call.viewer), call.links)
            },
            next: page.next?.description
        ).response(to: call.request)
    }
}

/// One image of a collection as JSON: what a page needs to lay it out.
private struct CollectionEntry: Encodable {
    let record: ImageRecord
    private let disclosure: Disclosure
    private let links: Links

    init(_ record: ImageRecord, _ disclosure: Disclosure, _ links: Links) {
        (self.record, self.disclosure, self.links) = (record, disclosure, links)
    }

    enum CodingKeys: String, CodingKey {
        case id, title, width, height, date, format, bytes, visibility, links
        case dateTaken = "date_taken"
        case dateAdded = "date_added"
    }

    func encode(to encoder: any Encoder) throws {
        let size = record.size
        let taken = record.taken?.description
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(record.id, forKey: .id)
        try container.encode(record.details.title, forKey: .title)
        try container.encode(size.width, forKey: .width)
        try container.encode(size.height, forKey: .height)
        try container.encode(taken ?? record.dateAdded.description, forKey: .date)
        try container.encode(taken, forKey: .dateTaken)
        try container.encode(record.dateAdded, forKey: .dateAdded)
        try container.encode(record.content.format, forKey: .format)
        try container.encode(record.bytes, forKey: .bytes)
        try container.encode(record.details.visibility, forKey: .visibility)
        try container.encode(ImageView.FileLinks(record, disclosure, links), forKey: .links)
    }
}

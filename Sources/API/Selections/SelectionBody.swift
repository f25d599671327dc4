internal import Domain
internal import TextCoding

/// The body that makes a selection: the criteria and the order of a list, its parts, and images by their ids.
struct SelectionBody: Decodable {
    private static let own: Set<String> = ["ranges", "plus", "minus"]

    private let list: SearchBody?
    private let ranges: [RangeBody]?
    private let added: [ImageID], excluded: [ImageID]

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: AnyCodingKey.self)
        let criteria = container.allKeys.filter { !Self.own.contains($0.stringValue) }
        for key in criteria
        where !SearchQuery.ordered.contains(key.stringValue) && !key.stringValue.hasPrefix(SearchQuery.attributePrefix)
        {
            throw DecodingError.unknownMember(
                container.codingPath + [key],
                "there are \(Self.own.sorted().joined(separator: ", ")), and the criteria of lists")
        }
        func values<Element: Decodable>(_ name: String, _ type: Element.Type = Element.self) throws -> [Element]? {
            let key = AnyCodingKey(name)
            return container.contains(key) ? try container.decode([Element].self, forKey: key) : nil
        }
        ranges = try values("ranges")
        (added, excluded) = (try values("plus") ?? [], try values("minus") ?? [])
        let hasList = ranges != nil || criteria.contains { $0.stringValue != "sort" }
        list = hasList ? try SearchBody(criteria, of: container) : nil
        guard hasList || criteria.isEmpty && container.contains(AnyCodingKey("plus")) else {
            throw Problem(
                .missingMember, at: .pointer("/q"),
                "Say what is selected: 'q' (empty for all that you may see) or other criteria of lists, 'ranges' of that list, or images ('plus')."
            )
        }
    }

    /// - Throws: a problem that names the member.
    var request: SelectionRequest {
        get throws {
            SelectionRequest(
                list: try list?.criteria(at: ""), ranges: ranges?.map(\.range), added: added, excluded: excluded)
        }
    }
}

/// A part of a list.
private struct RangeBody: Decodable {
    let range: SelectionRange

    private enum CodingKeys: String, CodingKey { case from, to }

    init(from decoder: any Decoder) throws {
        for key in try decoder.container(keyedBy: AnyCodingKey.self).allKeys
        where CodingKeys(stringValue: key.stringValue) == nil {
            throw DecodingError.unknownMember(decoder.codingPath + [key], "there are from, to")
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func end(_ key: CodingKeys) throws -> SelectionRange.End? {
            try container.decodeIfPresent(String.self, forKey: key).map { text in
                if let id = ImageID(text) { return .image(id) }
                if let date = TakenDate(manual: text) { return .taken(date) }
                if let cursor = Cursor(text) { return .cursor(cursor) }
                throw DecodingError.refused(
                    container.codingPath + [key],
                    "the id of an image, a date such as 2024-07-31, or the cursor of a list expected")
            }
        }
        range = SelectionRange(from: try end(.from), to: try end(.to))
    }
}

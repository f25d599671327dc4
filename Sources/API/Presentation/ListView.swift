internal import TextCoding
internal import Domain
internal import HTTPTypes

/// A page of a list as JSON: the ids, the entries unless only ids were requested, and the cursor of the next page.
struct ListView<Entry: Encodable>: Encodable {
    let name: String
    let ids: [String]
    let entries: [Entry]?
    let next: String?

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: AnyCodingKey.self)
        try container.encode(ids, forKey: AnyCodingKey("ids"))
        try container.encodeIfPresent(entries, forKey: AnyCodingKey(name))
        try container.encode(next, forKey: AnyCodingKey("next"))
    }

    /// The response, with the next page also as a link (RFC 8288).
    func response(to request: HTTPRequest) -> HTTPResponse {
        var response = HTTPResponse.json(.ok, self)
        if let next {
            let query = request.target.query.filter { $0.name != "cursor" } + [("cursor", next)]
            let text = query.map { PercentEncoding.encode($0.name) + "=" + PercentEncoding.encode($0.value) }
            response.fields["Link"] =
                "<\(Links(request).path(request.target.path))?\(text.joined(separator: "&"))>; rel=\"next\""
        }
        return response
    }
}

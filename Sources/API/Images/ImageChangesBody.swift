internal import TextCoding
internal import Domain

/// The body of a PATCH (RFC 7396): only the given members are changed.
struct ImageChangesBody: Decodable {
    let changes: ImageChanges

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: AnyCodingKey.self)
        var changes = ImageChanges()
        for key in container.allKeys {
            switch key.stringValue {
            case "title": changes.title = try container.decode(String.self, forKey: key)
            case "description": changes.description = try container.decode(String.self, forKey: key)
            case "tags": changes.tags = try container.decode([String].self, forKey: key)
            case "attributes": changes.attributes = try container.decode([String: JSONValue].self, forKey: key)
            case "visibility": changes.visibility = try container.decode(Visibility.self, forKey: key)
            default:
                throw DecodingError.refused(
                    container.codingPath + [key],
                    "only title, description, tags, attributes and visibility can be changed")
            }
        }
        self.changes = changes
    }
}

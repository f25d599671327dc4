internal import TextCoding
internal import Domain

/// The body of a PATCH in plain JSON: only the given members are changed, and each is replaced.
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
            default: throw DecodingError.unchangeable(container.codingPath + [key])
            }
        }
        self.changes = changes
    }
}

/// A merge patch of a record (RFC 7396): null removes a member, and objects are merged.
struct ImageMergePatch: Decodable {
    let changes: ImageChanges

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: AnyCodingKey.self)
        var changes = ImageChanges()
        for key in container.allKeys {
            switch key.stringValue {
            case "title": changes.title = try container.decodeIfPresent(String.self, forKey: key) ?? ""
            case "description": changes.description = try container.decodeIfPresent(String.self, forKey: key) ?? ""
            case "tags": changes.tags = try container.decodeIfPresent([String].self, forKey: key) ?? []
            case "attributes":
                if let patch = try container.decodeIfPresent([String: JSONValue].self, forKey: key) {
                    changes.attributesPatch = patch
                } else {
                    changes.attributes = [:]
                }
            case "visibility": changes.visibility = try container.decode(Visibility.self, forKey: key)
            default: throw DecodingError.unchangeable(container.codingPath + [key])
            }
        }
        self.changes = changes
    }
}

extension DecodingError {
    fileprivate static func unchangeable(_ path: [any CodingKey]) -> DecodingError {
        refused(path, "only title, description, tags, attributes and visibility can be changed")
    }
}

internal import TextCoding
internal import Domain

/// The body of a PATCH in plain JSON: only the given members are changed, and each is replaced; null resets it.
struct ImageChangesBody: Decodable {
    let changes: ImageChanges

    init(from decoder: any Decoder) throws { changes = try ImageChanges(from: decoder, isMergePatch: false) }
}

/// The body of a PATCH as a merge patch (RFC 7396): null removes a member, and objects are merged.
struct ImageMergePatch: Decodable {
    let changes: ImageChanges

    init(from decoder: any Decoder) throws { changes = try ImageChanges(from: decoder, isMergePatch: true) }
}

extension ImageChanges {
    fileprivate init(from decoder: any Decoder, isMergePatch: Bool) throws {
        let container = try decoder.container(keyedBy: AnyCodingKey.self)
        self.init()
        for key in container.allKeys {
            let isReset = try container.decodeNil(forKey: key)
            func value<Value: Decodable>(_ type: Value.Type, orReset empty: Value) throws -> Value {
                isReset ? empty : try container.decode(type, forKey: key)
            }
            switch key.stringValue {
            case "title" where isReset: isTitleReset = true
            case "title": title = try container.decode(String.self, forKey: key)
            case "description": description = try value(String.self, orReset: "")
            case "tags": tags = try value([String].self, orReset: [])
            case "attributes" where isMergePatch && !isReset:
                attributesPatch = try container.decode([String: JSONValue].self, forKey: key)
            case "attributes": attributes = try value([String: JSONValue].self, orReset: [:])
            case "creator": creator = .some(try container.decodeIfPresent(String.self, forKey: key))
            case "rights": rights = .some(try container.decodeIfPresent(String.self, forKey: key))
            case "rating": rating = .some(try container.decodeIfPresent(Int.self, forKey: key))
            case "file_name": fileName = .some(try container.decodeIfPresent(String.self, forKey: key))
            case "date_taken": taken = .some(try Self.taken(container, key))
            case "place": place = .some(try container.decodeIfPresent(PlaceBody.self, forKey: key)?.place)
            case "public_original":
                publicOriginal = .some(try container.decodeIfPresent(Bool.self, forKey: key))
            case "public_place": publicPlace = .some(try container.decodeIfPresent(Bool.self, forKey: key))
            case "rotation":
                rotation = try container.decodeIfPresent(RotationBody.self, forKey: key)?.orientation ?? .upright
            case "external_id": externalID = .some(try container.decodeIfPresent(String.self, forKey: key))
            case "visibility": visibility = try container.decode(Visibility.self, forKey: key)
            default:
                throw DecodingError.unknownMember(
                    container.codingPath + [key],
                    "only title, description, tags, attributes, visibility, date_taken, place, creator, rights, rating, rotation, file_name, external_id, public_original and public_place can be changed"
                )
            }
        }
    }

    private static func taken(
        _ container: KeyedDecodingContainer<AnyCodingKey>, _ key: AnyCodingKey
    ) throws -> TakenDate? {
        guard let text = try container.decodeIfPresent(String.self, forKey: key) else { return nil }
        guard let date = TakenDate(manual: text) else {
            throw DecodingError.refused(
                container.codingPath + [key],
                "a date expected, such as 1964, 1964-07, 1964-07-03 or 1964-07-03T10:00:00+02:00")
        }
        return date
    }
}

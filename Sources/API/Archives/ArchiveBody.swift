internal import TextCoding
internal import Domain
internal import HTTPTypes
internal import Services

/// The body that creates an archive: ids, an album, or a search whose members have the names of the parameters of lists.
struct ArchiveBody: Decodable {
    private static let own: Set<String> = [
        "ids", "query", "album", "selection", "rendition", "name", "skip_missing", "verify",
    ]

    private let ids: [ImageID]?
    private let query: String?
    private let album: AlbumID?
    private let stored: SelectionID?
    private let rendition: FileType
    private let name: String?
    private let skipsUnavailable: Bool
    private let verifies: Bool
    /// Criteria beside the query, with the names of their parameters.
    private var criteria: [(name: String, value: String)] = []

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: AnyCodingKey.self)
        func value<Value: Decodable>(_ name: String, _ type: Value.Type = Value.self) throws -> Value? {
            let key = AnyCodingKey(name)
            return container.contains(key) ? try container.decode(Value.self, forKey: key) : nil
        }
        ids = try value("ids")
        query = try value("query")
        album = try value("album")
        stored = try value("selection")
        rendition = try value("rendition") ?? .original
        name = try value("name")
        skipsUnavailable = try value("skip_missing") ?? false
        verifies = try value("verify") ?? false
        for key in container.allKeys where !Self.own.contains(key.stringValue) {
            guard SearchQuery.ordered.subtracting(["q"]).contains(key.stringValue) else {
                throw DecodingError.unknownMember(
                    container.codingPath + [key],
                    "there are \(Self.own.sorted().joined(separator: ", ")), and the criteria of lists"
                )
            }
            for text in try container.decode(CriterionValue.self, forKey: key).texts {
                criteria.append((key.stringValue, text))
            }
        }
    }

    /// - Throws: a problem that names missing members and those that exclude each other.
    var order: ArchiveOrder {
        get throws {
            var order = ArchiveOrder(try selection)
            order.type = rendition
            order.skipsUnavailable = skipsUnavailable
            order.verifies = verifies
            if let name {
                guard name.count <= 100 else {
                    throw Problem(
                        .invalidMember, at: .pointer("/name"), "The member 'name' has at most 100 characters.")
                }
                // The ending of archives is added anyway.
                let isZip = name.lowercased().hasSuffix(".zip")
                order.name = PortableName.stem(of: isZip ? String(name.dropLast(4)) : name)
            }
            return order
        }
    }

    private var selection: ArchiveSelection {
        get throws {
            switch (ids, query, album, stored) {
            case (let ids?, nil, nil, nil) where criteria.isEmpty:
                guard !ids.isEmpty else {
                    throw Problem(.invalidMember, at: .pointer("/ids"), "The member 'ids' names no image.")
                }
                return .images(ids)
            case (nil, nil, let album?, nil) where criteria.isEmpty: return .album(album)
            case (nil, nil, nil, let stored?) where criteria.isEmpty: return .selection(stored)
            case (nil, let query?, nil, nil):
                let text = (criteria + [("q", query)]).map { name, value in
                    "\(PercentEncoding.encode(name))=\(PercentEncoding.encode(value))"
                }
                do {
                    return .search(try SearchQuery.readOrdered(try RequestTarget("/?" + text.joined(separator: "&"))))
                } catch let problem as Problem {
                    throw problem.ofMember
                }
            default:
                throw Problem.badRequest(
                    "Say either which images ('ids'), or which album ('album') or selection ('selection'), or which search ('query', empty for all that you may see), alone or with the criteria of lists."
                )
            }
        }
    }
}

extension Problem {
    /// The problem of a parameter as that of the member of a body with the same name; the query is `query` there.
    var ofMember: Problem {
        guard case .parameter(let name) = fault else { return self }
        var problem = Problem(
            type == .badRequest ? .invalidMember : type,
            at: .pointer(JSONPointer.text([name == "q" ? "query" : name])),
            detail.replacing("The parameter 'q'", with: "The member 'query'")
                .replacing("The parameter '", with: "The member '"))
        problem.position = position
        return problem
    }
}

/// A criterion as JSON: text, a number, or several of them.
private struct CriterionValue: Decodable {
    let texts: [String]

    init(from decoder: any Decoder) throws {
        switch try JSONValue(from: decoder) {
        case .string(let text): texts = [text]
        case .integer(let number): texts = [String(number)]
        case .array(let values):
            texts = try values.map { value in
                guard case .string(let text) = value else { throw Self.malformed(decoder) }
                return text
            }
        default: throw Self.malformed(decoder)
        }
    }

    private static func malformed(_ decoder: any Decoder) -> DecodingError {
        .refused(decoder.codingPath, "text, a whole number, or a list of texts expected")
    }
}

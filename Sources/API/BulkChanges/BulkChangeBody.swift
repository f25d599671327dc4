internal import Domain
internal import HTTPTypes
internal import Services
internal import TextCoding

/// The body of a bulk change: which images, and what is done to each.
struct BulkChangeBody: Decodable {
    private let ids: [ImageID]?
    private let search: SearchBody?
    let edit: ImageEdit

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case ids, search, changes, trash
        case addTags = "add_tags"
        case removeTags = "remove_tags"
    }

    init(from decoder: any Decoder) throws {
        for key in try decoder.container(keyedBy: AnyCodingKey.self).allKeys
        where CodingKeys(rawValue: key.stringValue) == nil {
            let names = CodingKeys.allCases.map(\.rawValue).joined(separator: ", ")
            throw DecodingError.unknownMember([key], "there are \(names)")
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        ids = try container.decodeIfPresent([ImageID].self, forKey: .ids)
        search = try container.decodeIfPresent(SearchBody.self, forKey: .search)
        var edit = ImageEdit(
            changes: try container.decodeIfPresent(ImageMergePatch.self, forKey: .changes)?.changes ?? ImageChanges(),
            addedTags: try container.decodeIfPresent([String].self, forKey: .addTags) ?? [],
            removedTags: try container.decodeIfPresent([String].self, forKey: .removeTags) ?? [])
        if try container.decodeIfPresent(Bool.self, forKey: .trash) ?? false {
            guard edit.isEmpty else {
                throw DecodingError.refused(
                    [CodingKeys.trash], "images that go into the trash are not changed in the same request")
            }
            edit.move = .toTrash
        }
        self.edit = edit
    }

    /// - Throws: a problem if there is not exactly one of ids and search.
    var selection: BulkChanges.Selection {
        get throws {
            switch (ids, search) {
            case (let ids?, nil): return .images(ids)
            case (nil, let search?): return .search(try search.criteria)
            case (_?, _?):
                throw Problem(
                    .invalidMember, at: .pointer("/search"),
                    "Give either 'ids' or 'search': the images of both are not the same.")
            case (nil, nil):
                throw Problem(
                    .missingMember, at: .pointer("/ids"),
                    "The body lacks the images: give 'ids', or 'search' with the parameters of GET /v1/images.")
            }
        }
    }

    /// Notes what the security of images depends on.
    func note(in trail: AuditTrail) {
        let subject = ids.map { "\($0.count) images" } ?? "images of a search"
        if let visibility = edit.changes.visibility {
            trail.note(.visibilityChange, "\(subject): \(visibility.rawValue)")
        }
        if edit.move != nil { trail.note(.imageDeletion, subject) }
    }
}

/// The criteria of a list as an object: members are named as the parameters of the list.
struct SearchBody: Decodable {
    /// A parameter's value, or several.
    private struct Value: Decodable {
        let texts: [String]

        init(from decoder: any Decoder) throws {
            switch try JSONValue(from: decoder) {
            case .string(let text): texts = [text]
            case .integer(let number): texts = [String(number)]
            case .array(let values): texts = try values.map { try Self.text($0, decoder.codingPath) }
            default: throw Self.refused(decoder.codingPath)
            }
        }

        private static func text(_ value: JSONValue, _ path: [any CodingKey]) throws -> String {
            guard case .string(let text) = value else { throw refused(path) }
            return text
        }

        private static func refused(_ path: [any CodingKey]) -> DecodingError {
            .refused(path, "a text, a whole number or an array of texts expected, as the parameter has it")
        }
    }

    private let parameters: [(name: String, values: [String])]

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: AnyCodingKey.self)
        parameters = try container.allKeys.map { key in
            (key.stringValue, try container.decode(Value.self, forKey: key).texts)
        }
    }

    /// - Throws: a problem that names the member.
    var criteria: SearchCriteria {
        get throws {
            let pairs = parameters.flatMap { name, values in
                values.map { "\(PercentEncoding.encode(name))=\(PercentEncoding.encode($0))" }
            }
            do {
                return try SearchQuery.readOrdered(try RequestTarget("/?" + pairs.joined(separator: "&")))
            } catch var problem as Problem {
                if case .parameter(let name)? = problem.fault {
                    problem.fault = .pointer("/search" + JSONPointer.text([name]))
                }
                throw problem
            }
        }
    }
}

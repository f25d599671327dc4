internal import Domain

extension ImageDetails {
    private static let maximumAttributeDepth = 16
    private static let maximumAttributeBytes = 64 << 10

    /// The details with a file's name as the title, if they have no title.
    func titled(by fileName: String?) -> ImageDetails {
        guard title.isEmpty, let fileName else { return self }
        var details = self
        details.title = FileName(fileName).title
        return details
    }

    /// The details as they are kept: white space trimmed, tags without duplicates.
    ///
    /// - Throws: `ServiceError` with `invalid` if a bound is exceeded.
    func validated() throws -> ImageDetails {
        var details = self
        details.title = title.trimmed
        guard details.title.count <= 500 else { throw Self.tooLong("title", 500) }
        guard description.count <= 10_000 else { throw Self.tooLong("description", 10_000) }
        var tags: [String] = []
        for tag in self.tags.map(\.trimmed) where !tag.isEmpty && !tags.contains(tag) {
            guard tag.count <= 100 else { throw Self.tooLong("tag", 100, field: "tags") }
            tags.append(tag)
        }
        guard tags.count <= 100 else {
            throw ServiceError(.invalid, field: "tags", "An image may have at most 100 tags.")
        }
        details.tags = tags
        try Self.check(attributes)
        details.creator = creator?.trimmed
        guard details.creator?.count ?? 0 <= 500 else { throw Self.tooLong("creator", 500) }
        details.rights = rights?.trimmed
        guard details.rights?.count ?? 0 <= 2000 else { throw Self.tooLong("text of rights", 2000, field: "rights") }
        guard rating.map((0...5).contains) ?? true else {
            throw ServiceError(.invalid, field: "rating", "A rating is a whole number from 0 to 5.")
        }
        details.fileName = fileName?.trimmed
        if let name = details.fileName { try Self.check(fileName: name) }
        if let id = externalID { try Self.check(externalID: id) }
        return details
    }

    private static func check(externalID id: String) throws {
        guard (1...200).contains(id.count),
            !id.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else {
            throw ServiceError(
                .invalid, field: "external_id", "An external_id has 1 to 200 characters, and no control characters.")
        }
    }

    private static func check(fileName name: String) throws {
        guard !name.isEmpty, FileName(name).text == name, name.utf8.count <= FileName.maximumBytes else {
            throw ServiceError(
                .invalid, field: "file_name",
                "A file_name has 1 to \(FileName.maximumBytes) bytes, and no slashes, backslashes or control characters; null brings back the name with which the file was sent."
            )
        }
    }

    /// Bounds the work of everybody who reads the record.
    private static func check(_ attributes: [String: JSONValue]) throws {
        let value = JSONValue.object(attributes)
        guard value.depth <= maximumAttributeDepth else {
            throw ServiceError(
                .invalid, field: "attributes", "Attributes may be nested at most \(maximumAttributeDepth) deep.")
        }
        guard value.byteCount <= maximumAttributeBytes else {
            throw ServiceError(
                .invalid, field: "attributes",
                "The attributes of an image may have at most \(maximumAttributeBytes) bytes as JSON.")
        }
    }

    private static func tooLong(_ name: String, _ limit: Int, field: String? = nil) -> ServiceError {
        ServiceError(.invalid, field: field ?? name, "A \(name) may have at most \(limit) characters.")
    }
}

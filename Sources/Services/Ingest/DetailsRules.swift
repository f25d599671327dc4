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
        return details
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

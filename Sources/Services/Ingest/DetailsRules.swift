internal import Domain

extension ImageDetails {
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
            guard tag.count <= 100 else { throw Self.tooLong("tag", 100) }
            tags.append(tag)
        }
        guard tags.count <= 100 else { throw ServiceError(.invalid, "An image may have at most 100 tags.") }
        details.tags = tags
        return details
    }

    private static func tooLong(_ name: String, _ limit: Int) -> ServiceError {
        ServiceError(.invalid, "A \(name) may have at most \(limit) characters.")
    }
}

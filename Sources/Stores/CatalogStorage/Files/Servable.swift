public import Domain
internal import SQL

/// What is needed to answer a request for a file of an image.
public struct Servable: Sendable, Hashable {
    public let digest: Digest
    public let owner: AccountID
    public let visibility: Visibility
    public let title: String
    public let state: ImageRecord.State
    /// The file; nil where the content has none of the type.
    public let file: StoredFile?
}

extension Catalog {
    /// A file of an image, with what decides who may have it; nil where there is no such image.
    public func servable(_ id: ImageID, _ type: FileType) async throws -> Servable? {
        try await database.read { session in
            try session.first(
                """
                SELECT images.digest AS content, images.owner, images.visibility, images.title, images.state,
                    \(sql: FileRows.columns)
                FROM images LEFT JOIN files ON files.digest = images.digest AND files.image_type = \(type)
                    AND NOT (files.image_type = 'original' AND images.gave_up_original = 1)
                WHERE images.id = \(id)
                """, Servable.init)
        }
    }
}

extension Servable {
    fileprivate init(_ row: SQLRow) throws {
        guard let state = StateCode.state(of: try row.integer("state")) else { throw row.malformed("state") }
        self.init(
            digest: try row.digest("content"), owner: try row.identity("owner"), visibility: try row.word("visibility"),
            title: try row.text("title"), state: state,
            file: try row.blobIfPresent("digest") == nil ? nil : try FileRows.read(row))
    }
}

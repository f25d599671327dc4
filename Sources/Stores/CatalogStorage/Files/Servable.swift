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
        try await database.read { session in try Servable.first(id, type, session) }
    }

    /// What an image is for those who transform it; nil where there is no such image.
    public func picture(of id: ImageID) async throws -> CataloguedPicture? {
        try await database.read { session in
            guard let servable = try Servable.first(id, .original, session),
                let pixels = try ContentRows.pixels(servable.digest, session)
            else { return nil }
            return CataloguedPicture(servable: servable, pixels: pixels, files: try Self.files(of: id, session))
        }
    }
}

/// An image with all its files.
public struct CataloguedPicture: Sendable {
    public let servable: Servable
    /// Without metadata.
    public let pixels: ImageContent
    /// In the order in which they came.
    public let files: [StoredFile]
}

extension Servable {
    fileprivate static func first(_ id: ImageID, _ type: FileType, _ session: any SQLSession) throws -> Servable? {
        try session.first(
            """
            SELECT images.digest AS content, images.owner, images.visibility, images.title, images.state,
                \(sql: FileRows.columns)
            FROM images LEFT JOIN files ON files.digest = images.digest AND files.image_type = \(type)
                AND NOT (files.image_type = 'original' AND images.gave_up_original = 1)
            WHERE images.id = \(id)
            """, Servable.init)
    }

    fileprivate init(_ row: SQLRow) throws {
        guard let state = StateCode.state(of: try row.integer("state")) else { throw row.malformed("state") }
        self.init(
            digest: try row.digest("content"), owner: try row.identity("owner"), visibility: try row.word("visibility"),
            title: try row.text("title"), state: state,
            file: try row.blobIfPresent("digest") == nil ? nil : try FileRows.read(row))
    }
}

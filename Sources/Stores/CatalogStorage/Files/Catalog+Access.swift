public import Domain
internal import SQL

/// The source of a rendition of an image.
public struct RenderInput: Sendable {
    public let access: FileAccess
    /// The content as the image is turned, without its metadata, which would take several times as long to read.
    public let content: ImageContent
    /// The files of the image, oldest first; also renditions that it has shown before it was turned.
    public let files: [StoredFile]
}

extension Catalog {
    /// A file of an image, with what decides who may read it; nil if the image does not exist.
    ///
    /// - Returns: a nil `file` if the image has no file of the type.
    public func access(
        to id: ImageID, _ type: FileType
    ) async throws -> (access: FileAccess, file: StoredFile?)? {
        try await database.read { session in try access(to: id, type, session) }
    }

    /// The source of a rendition of an image; nil if the image does not exist.
    public func renderInput(_ id: ImageID) async throws -> RenderInput? {
        try await database.read { session in
            guard let (access, _) = try access(to: id, .original, session),
                let content = try ContentRows.pixels(access.digest, session)
            else { return nil }
            return RenderInput(
                access: access, content: content.turned(by: access.rotation), files: try Self.sources(of: id, session))
        }
    }

    private func access(
        to id: ImageID, _ type: FileType, _ session: any SQLSession
    ) throws -> (access: FileAccess, file: StoredFile?)? {
        try session.first(
            """
            SELECT images.digest AS content, images.owner, images.visibility, images.date_added,
                coalesce(images.own_file_name, images.sent_name, images.title) AS file_name,
                images.title, images.rotation AS image_rotation,
                \(sql: publicDefaults.givesOriginal) AS gives_original, contents.revision, \(sql: ShownFileRows.columns)
            FROM images JOIN contents ON contents.digest = images.digest \(sql: ShownFileRows.leftJoin(type))
            WHERE images.id = \(id)
            """
        ) { row in
            let access = FileAccess(
                digest: try row.digest("content"), owner: try row.identity("owner"),
                visibility: try row.word("visibility"), fileName: try row.text("file_name"),
                title: try row.text("title"), dateAdded: try row.timestamp("date_added"),
                revision: try row.int("revision"), rotation: try row.orientation("image_rotation"),
                givesOriginal: try row.boolean("gives_original"))
            return (access, try row.blobIfPresent("digest") == nil ? nil : try FileRows.read(row))
        }
    }
}

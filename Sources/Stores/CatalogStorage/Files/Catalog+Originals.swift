public import Domain
internal import SQL

extension Catalog {
    /// The files of an image, in the order in which they came; without an original that it has given up, though other
    /// images of the same content may still have it.
    public func files(of image: ImageID) async throws -> [StoredFile] {
        try await database.read { session in try Self.files(of: image, session) }
    }

    /// Notes that an image has its original no more.
    ///
    /// - Returns: the file, if no other image of the same content has it either: it may be removed from the store.
    public func giveUpOriginal(of image: ImageID, _ digest: Digest) async throws -> StoredFile? {
        try await database.write { session in
            try session.execute("UPDATE images SET gave_up_original = 1 WHERE id = \(image)")
            let isWanted = try session.exists(
                "SELECT 1 FROM images WHERE digest = \(digest) AND gave_up_original = 0")
            if isWanted { return nil }
            let original = try FileRows.all(of: digest, session).first { $0.type == .original }
            try session.execute("DELETE FROM files WHERE digest = \(digest) AND image_type = 'original'")
            try ContentRows.refresh(digest, session)
            return original
        }
    }

    /// Notes that an image has its original again.
    public func regainOriginal(of image: ImageID) async throws {
        try await database.write { session in
            try session.execute("UPDATE images SET gave_up_original = 0 WHERE id = \(image)")
        }
    }

    static func files(of image: ImageID, _ session: any SQLSession) throws -> [StoredFile] {
        try session.all(
            """
            SELECT \(sql: FileRows.columns) FROM images JOIN files ON files.digest = images.digest
            WHERE images.id = \(image) AND NOT (files.image_type = 'original' AND images.gave_up_original = 1)
            ORDER BY files.seq
            """, FileRows.read)
    }
}

public import Domain
internal import SQL

extension Catalog {
    /// The files of an image, in the order in which they were added. An original that the image has given up is left
    /// out, even if another image of the same content still has it.
    public func files(of image: ImageID) async throws -> [StoredFile] {
        try await database.read { session in try Self.files(of: image, session) }
    }

    /// Records that an image has given up its original.
    ///
    /// - Returns: the file if no other image of the same content has it, so that it may be removed from the store.
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

    /// Records that an image has its original again. Nothing changes if it never gave it up.
    ///
    /// - Throws: `CatalogError` with the code `quotaExceeded`.
    public func regainOriginal(of image: ImageID) async throws {
        try await database.write { session in
            let given = try session.first(
                "SELECT owner, bytes FROM images WHERE id = \(image) AND gave_up_original = 1"
            ) { (owner: try $0.identity("owner", as: AccountID.self), bytes: try $0.integer("bytes")) }
            guard let given else { return }
            if let left = try AccountRows.account(given.owner, session)?.bytesLeft, left < given.bytes {
                throw CatalogError(.quotaExceeded(bytesLeft: left), "the account has reached its quota")
            }
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

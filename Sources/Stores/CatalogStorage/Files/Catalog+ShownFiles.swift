public import Domain
internal import SQL

extension Catalog {
    /// The files that an image shows, in the order in which they were added.
    public func files(of image: ImageID) async throws -> [StoredFile] {
        try await database.read { session in
            try Self.files(of: image, where: ShownFileRows.isTurnedAsItsImage, session)
        }
    }

    /// Those, and the files that the image has shown before it was turned and for which there are no others yet.
    public func sources(of image: ImageID) async throws -> [StoredFile] {
        try await database.read { session in try Self.sources(of: image, session) }
    }

    static func sources(of image: ImageID, _ session: any SQLSession) throws -> [StoredFile] {
        try files(of: image, where: "1 = 1", session)
    }

    private static func files(
        of image: ImageID, where condition: SQLQuery, _ session: any SQLSession
    ) throws -> [StoredFile] {
        try session.all(
            """
            SELECT \(sql: ShownFileRows.columns) FROM images
            JOIN image_files AS shown ON shown.image = images.seq JOIN files ON files.seq = shown.file
            WHERE images.id = \(image) AND \(sql: condition) ORDER BY files.seq
            """, FileRows.read)
    }

    /// How the images of a content that await their renditions are turned.
    public func awaitedRotations(of digest: Digest) async throws -> [Orientation] {
        try await database.read { session in
            try session.all(
                "SELECT DISTINCT rotation FROM images WHERE digest = \(digest) AND awaits_files = 1 ORDER BY rotation"
            ) { try $0.orientation("rotation") }
        }
    }

    /// Shows an image the kept renditions of its content, as far as there are any; or that it is damaged, if they could
    /// not be made.
    public func showRenditions(of image: ImageID, now: Timestamp = .now) async throws {
        try await database.write { session in
            try ShownFileRows.showRenditions(where: "images.id = \(image)", now: now, session)
        }
    }

    /// Does the same for the images of a content that await their renditions.
    public func showRenditions(ofContent digest: Digest, now: Timestamp = .now) async throws {
        try await database.write { session in
            try ShownFileRows.showRenditions(
                where: "images.digest = \(digest) AND images.awaits_files = 1", now: now, session)
        }
    }

    /// Records a file that an image has to itself, in place of one of its type that it had to itself.
    ///
    /// - Returns: false, without any change, if the image does not exist, or has another content by now.
    public func showFile(_ file: StoredFile, only image: ImageID) async throws -> Bool {
        try await database.write { session in
            guard let sequence = try ImageRows.sequence(of: image, with: file.digest, session) else { return false }
            try ShownFileRows.show(file, only: sequence, session)
            return true
        }
    }

    /// Makes an image show no file of a type any more. If it is the original, the image has given it up.
    ///
    /// - Parameter content: the content that the image has; otherwise nothing is changed. Nil for any.
    /// - Returns: the file if no other image shows it, so that it may be removed from the store.
    public func hideFile(
        _ type: FileType, of image: ImageID, with content: Digest? = nil
    ) async throws -> StoredFile? {
        try await database.write { session in
            guard let sequence = try ImageRows.sequence(of: image, with: content, session) else { return nil }
            if type == .original {
                try session.execute("UPDATE images SET gave_up_original = 1 WHERE seq = \(sequence)")
            }
            return try ShownFileRows.hide(type, of: sequence, session)
        }
    }

    /// Records that an image has its original again. Nothing changes if it never gave it up.
    ///
    /// - Throws: `CatalogError` with the code `quotaExceeded`.
    public func regainOriginal(of image: ImageID) async throws {
        try await database.write { session in
            let given = try session.first(
                "SELECT owner, digest, bytes FROM images WHERE id = \(image) AND gave_up_original = 1"
            ) { row in
                (
                    owner: try row.identity("owner", as: AccountID.self), digest: try row.digest("digest"),
                    bytes: try row.integer("bytes")
                )
            }
            guard let given else { return }
            try AccountRows.account(given.owner, session)?.requireRoom(for: given.bytes)
            try session.execute("UPDATE images SET gave_up_original = 0 WHERE id = \(image)")
            try ShownFileRows.showOriginal(of: given.digest, session)
        }
    }
}

public import Domain
internal import SQL

/// The outcome of a deletion.
public enum DeletionOutcome: Sendable, Hashable {
    /// The image is in the trash.
    case trashed
    /// The image was deleted. The files no longer belong to any image and may be removed from the store.
    ///
    /// `isContentGone`: no image has the content any more. There are no files if an archive still needs them.
    case deleted(files: [StoredFile], isContentGone: Bool)
    case notFound
    /// The image has been changed since; this is its current version.
    case conflict(version: Int64)
}

extension Catalog {
    /// Deletes an image, and with the last image of a content the content itself. If an archive that has not expired
    /// names the image, its files are kept until then, and removed by `purge`.
    ///
    /// - Parameters:
    ///   - content: the content that it has, as far as the caller knows; nil for any. With another one, the outcome is
    ///     `conflict`.
    ///   - expectedVersion: the version that the caller has seen; nil for any version.
    public func deleteImage(
        _ id: ImageID, with content: Digest? = nil, expectedVersion: Int64?, now: Timestamp = .now
    ) async throws -> DeletionOutcome {
        try await database.write { [dialect] session in
            guard let sequence = try ImageRows.sequence(of: id, session),
                let record = try RecordRows.record(at: sequence, session)
            else { return .notFound }
            guard (expectedVersion ?? record.version) == record.version,
                (content ?? record.content.digest) == record.content.digest
            else { return .conflict(version: record.version) }
            try TrashRows.deleteVersions(of: id, session)
            if try session.exists("SELECT 1 WHERE \(sql: ArchiveRows.isNamed("\(sequence)", now))") {
                try TrashRows.insert(at: sequence, record, isDeleted: true, now: now, dialect, session)
                return .deleted(files: [], isContentGone: false)
            }
            try ImageRows.delete(at: sequence, record, dialect, session)
            return try Self.forgetFiles(of: sequence, record.content.digest, session, now)
        }
    }

    /// Forgets what no other image has of the files of an image that was deleted.
    static func forgetFiles(
        of image: Int64, _ digest: Digest, _ session: any SQLSession, _ now: Timestamp
    ) throws -> DeletionOutcome {
        let hasImage = try session.exists("SELECT 1 FROM images WHERE digest = \(digest)")
        if try hasImage || TrashRows.has(digest, session) {
            return .deleted(files: try deleteFiles(of: image, digest, session), isContentGone: false)
        }
        return .deleted(files: try deleteContent(digest, session, now), isContentGone: true)
    }

    /// Deletes the files that a deleted image had to itself, and the original if the other images have given it up.
    private static func deleteFiles(
        of image: Int64, _ digest: Digest, _ session: any SQLSession
    ) throws -> [StoredFile] {
        let unused: SQLQuery = """
            digest = \(digest) AND (image = \(image) OR (image_type = 'original'
                AND NOT \(sql: ShownFileRows.isShown("files.seq"))))
            """
        let files = try session.all("SELECT \(sql: FileRows.columns) FROM files WHERE \(sql: unused)", FileRows.read)
        try session.execute("DELETE FROM files WHERE \(sql: unused)")
        return files
    }

    private static func deleteContent(
        _ digest: Digest, _ session: any SQLSession, _ now: Timestamp
    ) throws -> [StoredFile] {
        let files = try FileRows.all(of: digest, session)
        try JobQueue(session, now: now).drop(digest)
        // Explicitly, not only by the foreign key's cascade, so that the triggers count the files in every database.
        try session.execute("DELETE FROM files WHERE digest = \(digest)")
        try session.execute("DELETE FROM contents WHERE digest = \(digest)")
        return files
    }
}

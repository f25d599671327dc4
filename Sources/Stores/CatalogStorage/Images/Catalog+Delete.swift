public import Domain
internal import SQL

/// The outcome of a deletion.
public enum DeletionOutcome: Sendable, Hashable {
    /// The image was deleted. The files no longer belong to any image and may be removed from the store. The list is
    /// empty if another image has the same content.
    case deleted(files: [StoredFile])
    case notFound
    /// The image has been changed since; this is its current version.
    case conflict(version: Int64)
}

extension Catalog {
    /// Deletes an image, and with the last image of a content the content itself.
    ///
    /// - Parameter expectedVersion: the version that the caller has seen; nil for any version.
    public func deleteImage(
        _ id: ImageID, expectedVersion: Int64?, now: Timestamp = .now
    ) async throws -> DeletionOutcome {
        try await database.write { [dialect] session in
            guard let sequence = try ImageRows.sequence(of: id, session),
                let record = try RecordRows.record(at: sequence, session)
            else { return .notFound }
            if let expectedVersion, expectedVersion != record.version { return .conflict(version: record.version) }
            try ImageRows.delete(at: sequence, record, dialect, session)
            return .deleted(files: try Self.deleteContentIfUnused(record.content.digest, session, now))
        }
    }

    private static func deleteContentIfUnused(
        _ digest: Digest, _ session: any SQLSession, _ now: Timestamp
    ) throws -> [StoredFile] {
        let files = try FileRows.all(of: digest, session)
        if try session.exists("SELECT 1 FROM images WHERE digest = \(digest) AND gave_up_original = 0") { return [] }
        if try session.exists("SELECT 1 FROM images WHERE digest = \(digest)") {
            // The remaining images have given up their original.
            try session.execute("DELETE FROM files WHERE digest = \(digest) AND image_type = 'original'")
            return files.filter { $0.type == .original }
        }
        try JobQueue(session, now: now).drop(digest)
        // Explicitly, not only by the foreign key's cascade, so that the triggers count the files in every database.
        try session.execute("DELETE FROM files WHERE digest = \(digest)")
        try session.execute("DELETE FROM contents WHERE digest = \(digest)")
        return files
    }
}

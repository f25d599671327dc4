public import Domain
internal import SQL

/// What became of a deletion.
public enum DeletionOutcome: Sendable, Hashable {
    /// The image is gone. These files belong to no image any more, and may be removed from the store: none if
    /// another image has the same content.
    case deleted(files: [StoredFile])
    case notFound
    /// Someone else has changed the image; this is its version now.
    case conflict(version: Int64)
}

extension Catalog {
    /// Removes an image, and with the last image of some content all that is known of the content.
    ///
    /// - Parameter expectedVersion: the version that the caller has seen; nil for whatever there is.
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
            // Those that are left have given up their original.
            try session.execute("DELETE FROM files WHERE digest = \(digest) AND image_type = 'original'")
            return files.filter { $0.type == .original }
        }
        try JobQueue(session, now: now).drop(digest)
        // One by one, not by the foreign key's cascade alone, so that it holds in every database that counts files.
        try session.execute("DELETE FROM files WHERE digest = \(digest)")
        try session.execute("DELETE FROM contents WHERE digest = \(digest)")
        return files
    }
}

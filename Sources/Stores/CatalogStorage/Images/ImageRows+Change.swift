internal import Domain
internal import SQL

extension ImageRows {
    /// Writes changed details, with what follows from them for the files that the image shows.
    ///
    /// - Parameter old: the stored record.
    static func change(
        at sequence: Int64, from old: ImageRecord, to new: ImageDetails, modified: Timestamp,
        _ dialect: CatalogDialect, _ session: any SQLSession
    ) throws {
        try update(at: sequence, from: old, to: new, modified: modified, dialect, session)
        guard new.rotation != old.details.rotation else { return }
        // It shows the renditions that are turned like it, and awaits those that are missing if it had them before.
        let image: SQLQuery = "images.seq = \(sequence)"
        try ShownFileRows.refresh(where: image, session)
        if old.state == .ready {
            try session.execute("UPDATE images SET awaits_files = 1 WHERE \(sql: image) AND state = 0")
        }
        try awaitRenditions(of: sequence, old.content.digest, now: modified, session)
    }

    /// Shows an image the renditions that it awaits, and queues those that are missing.
    static func awaitRenditions(
        of sequence: Int64, _ digest: Digest, now: Timestamp, _ session: any SQLSession
    ) throws {
        let image: SQLQuery = "images.seq = \(sequence)"
        let awaits: SQLQuery = "SELECT 1 FROM images WHERE \(sql: image) AND awaits_files = 1"
        guard try session.exists(awaits) else { return }
        try ShownFileRows.showRenditions(where: image, now: now, session)
        if try session.exists(awaits) { try JobQueue(session, now: now).derive(digest, parent: nil, retryFailed: true) }
    }
}

public import Domain
internal import SQL

extension Catalog {
    /// Moves an image into the trash.
    ///
    /// - Parameter expectedVersion: the version that the caller has seen; nil for any version.
    /// - Returns: `trashed`, `notFound` or `conflict`.
    public func trashImage(
        _ id: ImageID, expectedVersion: Int64?, now: Timestamp = .now
    ) async throws -> DeletionOutcome {
        try await database.write { [dialect] session in
            guard let sequence = try ImageRows.sequence(of: id, session),
                let record = try RecordRows.record(at: sequence, session)
            else { return .notFound }
            if let expectedVersion, expectedVersion != record.version { return .conflict(version: record.version) }
            try TrashRows.insert(at: sequence, record, isDeleted: false, now: now, dialect, session)
            return .trashed
        }
    }

    /// A page of the trashed images of an account, the one that was trashed last first. It is shorter than the limit if
    /// its records are large.
    ///
    /// - Parameter limit: 1 to 1000.
    /// - Throws: `CatalogError` with the code `foreignCursor`.
    public func trashedImages(
        of owner: AccountID, after cursor: Cursor?, limit: Int
    ) async throws -> Page<TrashedImage> {
        let paging = try Paging("trash", cursor, limit)
        let before: SQLQuery =
            cursor == nil
            ? "1 = 1"
            : "(date_trashed < \(paging.key) OR (date_trashed = \(paging.key) AND seq < \(paging.tie)))"
        return try await database.read { session in
            let rows = try session.all(
                """
                SELECT seq, date_trashed, version_of FROM trash WHERE owner = \(owner) AND is_deleted = 0 AND \(sql: before)
                ORDER BY date_trashed DESC, seq DESC LIMIT \(paging.limit + 1)
                """
            ) { row in
                (
                    sequence: try row.integer("seq"), date: try row.timestamp("date_trashed"),
                    image: try row.identityIfPresent("version_of", as: ImageID.self)
                )
            }
            var images: [TrashedImage] = []
            var (bytes, read) = (0, 0)
            for row in rows.prefix(paging.limit) where bytes < PageFilling<TrashedImage>.maximumBytes {
                read += 1
                guard let record = try RecordRows.record(at: row.sequence, in: "trash", session) else { continue }
                images.append(TrashedImage(record: record, dateTrashed: row.date, versionOf: row.image))
                bytes += record.byteCount
            }
            let last = rows.prefix(read).last
            let next = last.map { Cursor(order: "trash", key: .integer($0.date.microseconds), tie: $0.sequence) }
            return Page(elements: images, next: rows.count > read ? next : nil)
        }
    }

    /// The record of a trashed image, without its complete Exif data; nil if the trash has no such image.
    public func trashedImage(_ id: ImageID) async throws -> ImageRecord? {
        try await database.read { session in
            try TrashRows.sequence(of: id, session).flatMap { try RecordRows.record(at: $0, in: "trash", session) }
        }
    }

    /// Restores a trashed image. A version becomes what its image is, and what that was a version; if there is no such
    /// image any more, it becomes an image of its own.
    public func restoreImage(_ id: ImageID, now: Timestamp = .now) async throws -> RestoreOutcome {
        try await database.write { [dialect] session in
            guard let sequence = try TrashRows.sequence(of: id, session) else { return .notFound }
            if let image = try TrashRows.image(ofVersion: sequence, session) {
                return try TrashRows.restoreVersion(at: sequence, of: image, now: now, dialect, session)
            }
            return try TrashRows.restore(at: sequence, now: now, dialect, session)
        }
    }

    /// Restores the image that an account has trashed of a content whose bytes it sends again; nil if it has none. An
    /// original that was given up is the image's again.
    ///
    /// - Throws: `CatalogError` with the code `quotaExceeded` if there is no room for that original.
    public func restoreImage(
        of digest: Digest, owner: AccountID, now: Timestamp = .now
    ) async throws -> ImageRecord? {
        try await database.write { [dialect] session in
            guard let sequence = try TrashRows.sequence(of: digest, owner: owner, session),
                case .restored(let record) = try TrashRows.restore(
                    at: sequence, regainsOriginal: true, now: now, dialect, session)
            else { return nil }
            return record
        }
    }
}

/// The outcome of a restoration.
public enum RestoreOutcome: Sendable, Hashable {
    case restored(ImageRecord)
    /// The account has this other image of the same content by now. The trashed one stays in the trash.
    case duplicate(ImageID)
    case notFound
}

public import Domain
internal import SQL

/// A deleted image whose files are still in the store.
public struct DeletedImage: Sendable, Hashable {
    public let id: ImageID
    public let digest: Digest
}

/// Which trashed images are deleted.
public enum TrashSelection: Sendable {
    /// One, and the versions of it.
    case image(ImageID)
    case ownedBy(AccountID)
    case trashedBefore(Timestamp)
}

extension Catalog {
    /// Deletes trashed images. They cannot be restored any more, and do not count any more. Their files are removed by
    /// `purge`.
    ///
    /// - Parameter limit: how many are deleted at most, so that other writes run in between.
    /// - Returns: how many were deleted.
    public func deleteTrashed(_ selection: TrashSelection, limit: Int = 1000) async throws -> Int {
        let condition: SQLQuery =
            switch selection {
            case .image(let id): "(id = \(id) OR version_of = \(id))"
            case .ownedBy(let owner): "owner = \(owner)"
            case .trashedBefore(let moment): "date_trashed <= \(moment)"
            }
        return try await database.write { session in
            try session.execute(
                """
                UPDATE trash SET is_deleted = 1 WHERE seq IN (
                    SELECT seq FROM trash WHERE is_deleted = 0 AND \(sql: condition) LIMIT \(limit))
                """)
        }
    }

    /// A page of the deleted images whose files no archive needs.
    ///
    /// - Parameter limit: 1 to 1000.
    /// - Throws: `CatalogError` with the code `foreignCursor`.
    public func deletedImages(
        after cursor: Cursor?, limit: Int, now: Timestamp = .now
    ) async throws -> Page<DeletedImage> {
        let paging = try Paging("deleted", cursor, limit)
        return try await database.read { session in
            let rows = try session.all(
                """
                SELECT id, digest, seq FROM trash WHERE is_deleted = 1 AND seq > \(paging.tie)
                    AND NOT \(sql: ArchiveRows.isNamed("trash.seq", now))
                ORDER BY seq LIMIT \(paging.limit + 1)
                """
            ) { row in
                let image = DeletedImage(id: try row.identity("id"), digest: try row.digest("digest"))
                return (image, CursorKey.none, try row.integer("seq"))
            }
            return paging.page(rows)
        }
    }

    /// Forgets a deleted image, and with the last image of a content the content itself.
    ///
    /// - Returns: `deleted`; `notFound` if there is none, or an archive needs its files.
    public func purge(_ id: ImageID, now: Timestamp = .now) async throws -> DeletionOutcome {
        try await database.write { session in
            let row = try session.first(
                """
                SELECT seq, digest FROM trash
                WHERE id = \(id) AND is_deleted = 1 AND NOT \(sql: ArchiveRows.isNamed("trash.seq", now))
                """
            ) { (sequence: try $0.integer("seq"), digest: try $0.digest("digest")) }
            guard let row else { return .notFound }
            try session.execute("DELETE FROM trash WHERE seq = \(row.sequence)")
            return try Self.forgetFiles(of: row.sequence, row.digest, session, now)
        }
    }
}

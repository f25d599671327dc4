public import Domain
internal import SQL

extension Catalog {
    /// How long it is known that an upload was given up, in seconds.
    private static let secondsAfterExpiry = 7 * 86_400.0

    /// Whether a file of the staging folder belongs to an upload under way, or waits to become an image.
    public func hasUpload(named name: String) async throws -> Bool {
        try await database.read { session in try session.exists("SELECT 1 FROM uploads WHERE name = \(name)") }
    }

    /// The names of the files of an account that are arriving, or wait to become images.
    public func uploadNames(of owner: AccountID) async throws -> [String] {
        try await database.read { session in
            try session.all("SELECT name FROM uploads WHERE owner = \(owner) AND name IS NOT NULL") { try $0.text(0) }
        }
    }

    /// Gives up the uploads that have expired, and forgets those that ended, or were given up, long ago.
    ///
    /// - Parameter limit: how many are given up at once.
    /// - Returns: the names of the files that belong to no upload any more.
    public func giveUpUploads(expiredBefore now: Timestamp, limit: Int = 500) async throws -> [String] {
        try await database.write { session in
            let expired = try session.all(
                "SELECT id, name FROM uploads WHERE date_expires < \(now) AND name IS NOT NULL LIMIT \(limit)"
            ) { (try $0.identity(0, as: UploadID.self), try $0.text(1)) }
            for (id, _) in expired {
                try session.execute("UPDATE uploads SET name = NULL, epoch = epoch + 1 WHERE id = \(id)")
            }
            try session.execute(
                """
                DELETE FROM uploads WHERE name IS NULL AND kind <> 'item' AND (
                    date_expires < \(now.advanced(bySeconds: -Self.secondsAfterExpiry))
                    OR (date_expires < \(now) AND (image IS NOT NULL OR refusal IS NOT NULL)))
                """)
            return expired.map(\.1)
        }
    }

    /// Lets uploads end soon.
    public func shortenUploads(_ ids: [UploadID], to expires: Timestamp) async throws {
        try await database.write { session in
            for id in ids {
                try session.execute(
                    "UPDATE uploads SET date_expires = min(date_expires, \(expires)) WHERE id = \(id)")
            }
        }
    }
}

public import Domain
internal import SQL

/// The size of the catalogue.
public struct CatalogStatistics: Sendable, Hashable {
    public struct Amount: Sendable, Hashable {
        public let count: Int64, bytes: Int64
    }

    /// Images, with the bytes of their originals.
    public let images: Amount
    /// Files in the store by type.
    public let files: [FileType: Amount]
    /// Jobs by state, without those that are done.
    public let jobs: [Job.State: Int64]
}

extension Catalog {
    /// Whether there are public images from before owners decided what others get of them, for which nobody has decided.
    ///
    /// - Parameter moment: false if the schema has known of it for longer.
    public func hasPublicImagesFromBeforePublicParts(appliedAfter moment: Timestamp) async throws -> Bool {
        try await database.read { session in
            try session.exists(
                """
                SELECT 1 FROM images WHERE visibility = 'public' AND public_original IS NULL AND date_added <
                    (SELECT date_applied FROM migrations WHERE number = \(Migration.publicParts.number)
                        AND date_applied > \(moment))
                """)
        }
    }

    /// Counters that every write updates: reading them takes the same time with any number of images.
    public func statistics() async throws -> CatalogStatistics {
        try await database.read { session in
            var images = CatalogStatistics.Amount(count: 0, bytes: 0)
            var files: [FileType: CatalogStatistics.Amount] = [:]
            try session.scan("SELECT name, count, bytes FROM counters") { row in
                let amount = CatalogStatistics.Amount(count: try row.integer(1), bytes: try row.integer(2))
                if let type = FileType(rawValue: try row.text(0)) { files[type] = amount } else { images = amount }
                return true
            }
            var jobs: [Job.State: Int64] = [:]
            for state in Job.State.allCases where state != .done {
                jobs[state] = try session.integer("SELECT count(*) FROM jobs WHERE state = \(state)")
            }
            return CatalogStatistics(images: images, files: files, jobs: jobs)
        }
    }
}

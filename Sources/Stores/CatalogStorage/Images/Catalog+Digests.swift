public import Domain
internal import SQL

extension Catalog {
    /// The images of an account for given contents, if the original is stored; none if it keeps duplicates.
    ///
    /// - Parameter digests: any number; each takes one index look-up.
    public func images(of owner: AccountID, digests: [Digest]) async throws -> [Digest: ImageID] {
        try await database.read { session in
            var known: [Digest: ImageID] = [:]
            for digest in digests {
                known[digest] = try session.first(
                    """
                    SELECT images.id FROM images \(sql: ShownFileRows.join("'original'"))
                    WHERE images.digest = \(digest) AND images.owner = \(owner)
                        AND \(sql: AccountRows.mergesDuplicates("\(owner)"))
                    """
                ) { try $0.identity(0) }
            }
            return known
        }
    }
}

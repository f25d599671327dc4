public import Domain
internal import SQL

extension Catalog {
    /// The record of an image with its complete Exif data.
    public func image(_ id: ImageID) async throws -> ImageRecord? {
        try await database.read { session in try RecordRows.record(id, session) }
    }

    /// The records of the existing images, in the order of the ids, without their complete Exif data.
    public func images(_ ids: [ImageID]) async throws -> [ImageRecord] {
        try await database.read { session in try ids.compactMap { try RecordRows.record($0, session) } }
    }

    /// The image of an account that has an external id.
    public func image(withExternalID id: String, of owner: AccountID) async throws -> ImageID? {
        try await database.read { session in try ImageRows.image(withExternalID: id, of: owner, session) }
    }

    /// The image that an account has of a content; nil if it keeps duplicates.
    public func ownImage(of owner: AccountID, digest: Digest) async throws -> ImageRecord? {
        try await database.read { session in try RecordRows.record(of: digest, owner: owner, session) }
    }

    /// The other images of a content whose originals the audience gets, oldest first, at most 1000.
    ///
    /// - Parameter image: the image to leave out.
    public func otherImages(
        of digest: Digest, than image: ImageID, visibleTo audience: Audience
    ) async throws -> [ImageRecord] {
        let givesOriginal = audience.givesOriginal(publicDefaults)
        return try await database.read { session in
            let sequences = try session.all(
                """
                SELECT images.seq FROM images
                WHERE digest = \(digest) AND id <> \(image) AND \(sql: audience.condition)
                    AND \(sql: givesOriginal) ORDER BY seq LIMIT 1000
                """
            ) { try $0.integer(0) }
            return try sequences.compactMap { try RecordRows.record(at: $0, session) }
        }
    }
}

extension Catalog {
    /// The content with a digest; nil if no image has it.
    public func content(_ digest: Digest) async throws -> ImageContent? {
        try await database.read { session in try ContentRows.content(digest, session) }
    }

    /// Whether an image has a content.
    public func isKnown(_ digest: Digest) async throws -> Bool {
        try await database.read { session in try ContentRows.exists(digest, session) }
    }
}

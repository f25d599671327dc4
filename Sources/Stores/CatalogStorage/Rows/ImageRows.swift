internal import Domain
internal import SQL

/// Rows of `images`, with their tags and their entries in the search indexes.
enum ImageRows {
    /// Inserts an image whose content exists, and returns its sequence.
    ///
    /// - Parameters:
    ///   - content: the stored content, which may be older than the submission.
    ///   - awaitsFiles: whether the image shows its renditions as soon as they are made.
    static func insert(
        _ submission: Submission, _ content: ImageContent, awaitsFiles: Bool, _ dialect: CatalogDialect,
        _ session: any SQLSession
    ) throws -> Int64 {
        let details = submission.details
        try requireFree(details.externalID, of: submission.owner, session)
        let size = content.turned(by: details.rotation).uprightSize
        let sequence = try session.integer(
            """
            INSERT INTO images (id, digest, owner, visibility, format, width, height, bytes, date_taken, date_added,
                date_modified, version, state, awaits_files, has_thumbnail, has_full_size, title_key, title, tags, attributes,
                description, camera, own_taken, own_place, sent_name, own_file_name, own_creator, own_rights, own_rating,
                rating, date_taken_end, public_original, public_place, rotation, external_id, excludes_duplicates)
            VALUES (\(submission.id), \(content.digest), \(submission.owner), \(details.visibility), \(content.format),
                \(size.width), \(size.height), \(submission.original.bytes),
                \((details.taken ?? content.metadata.taken)?.localMilliseconds),
                \(submission.dateAdded), \(submission.dateAdded), 1, 0, \(awaitsFiles), 0, 0, \(titleKey(details.title)),
                \(details.title), \(try JSONText.encode(details.tags)), \(try JSONText.encode(details.attributes)),
                \(details.description), \(content.metadata.cameraName), \(try details.taken.map(JSONText.encode)),
                \(try details.place.map(JSONText.encode)), \(submission.sentName), \(details.fileName),
                \(details.creator), \(details.rights), \(details.rating.map(Int64.init)),
                \((details.rating ?? content.metadata.rating).map(Int64.init)),
                \((details.taken ?? content.metadata.taken)?.endMilliseconds),
                \(details.publicOriginal.map(\.stored)), \(details.publicPlace.map(\.stored)), \(details.rotation.exif),
                \(details.externalID),
                \(submission.share == nil) AND \(sql: AccountRows.mergesDuplicates("\(submission.owner)")))
            RETURNING seq
            """)
        try index(
            try asStored(details), content.metadata, sentName: submission.sentName, at: sequence, dialect, session)
        return sequence
    }

    /// Inserts everything by which an image is found beside its row.
    ///
    /// - Parameter record: the stored record.
    static func index(
        _ record: ImageRecord, at sequence: Int64, _ dialect: CatalogDialect, _ session: any SQLSession
    ) throws {
        try index(
            record.details, record.content.metadata, sentName: record.sentName, at: sequence, dialect, session)
    }

    private static func index(
        _ details: ImageDetails, _ metadata: PhotoMetadata, sentName: String?, at sequence: Int64,
        _ dialect: CatalogDialect, _ session: any SQLSession
    ) throws {
        try TagRows.insert(details.tags, at: sequence, session)
        try AttributeRows.insert(details.attributes, at: sequence, session)
        try dialect.words.insert(ImageTexts(details, metadata, sentName: sentName), at: sequence, session)
        if let place = details.place ?? metadata.place {
            try dialect.places.insert(SpherePoint(place), at: sequence, session)
        }
    }

    /// Writes changed details, but not the files that the image shows.
    ///
    /// - Parameter old: the stored record.
    static func update(
        at sequence: Int64, from old: ImageRecord, to new: ImageDetails, modified: Timestamp,
        _ dialect: CatalogDialect, _ session: any SQLSession
    ) throws {
        if new.externalID != old.details.externalID { try requireFree(new.externalID, of: old.owner, session) }
        let size = old.content.turned(by: new.rotation).uprightSize
        try session.execute(
            """
            UPDATE images SET title_key = \(titleKey(new.title)), title = \(new.title),
                tags = \(try JSONText.encode(new.tags)), attributes = \(try JSONText.encode(new.attributes)),
                description = \(new.description), visibility = \(new.visibility), date_modified = \(modified),
                own_file_name = \(new.fileName), own_creator = \(new.creator), own_rights = \(new.rights),
                rotation = \(new.rotation.exif), external_id = \(new.externalID), width = \(size.width), height = \(size.height),
                own_rating = \(new.rating.map(Int64.init)), public_original = \(new.publicOriginal.map(\.stored)),
                public_place = \(new.publicPlace.map(\.stored)),
                rating = \((new.rating ?? old.content.metadata.rating).map(Int64.init)),
                own_taken = \(try new.taken.map(JSONText.encode)), own_place = \(try new.place.map(JSONText.encode)),
                date_taken = \((new.taken ?? old.content.metadata.taken)?.localMilliseconds),
                date_taken_end = \((new.taken ?? old.content.metadata.taken)?.endMilliseconds), version = version + 1
            WHERE seq = \(sequence)
            """)
        try TagRows.update(at: sequence, from: old.details.tags, to: new.tags, session)
        if new.attributes != old.details.attributes {
            try AttributeRows.remove(at: sequence, session)
            try AttributeRows.insert(new.attributes, at: sequence, session)
        }
        let metadata = old.content.metadata
        try dialect.words.remove(ImageTexts(old.details, metadata, sentName: old.sentName), at: sequence, session)
        try dialect.words.insert(ImageTexts(try asStored(new), metadata, sentName: old.sentName), at: sequence, session)
        try move(at: sequence, from: old.place, to: new.place ?? metadata.place, dialect, session)
    }

    /// Writes what an image has from its content, after that was inspected anew.
    ///
    /// - Parameter old: the record before.
    static func refresh(
        at sequence: Int64, _ old: ImageRecord, to content: ImageContent, modified: Timestamp,
        _ dialect: CatalogDialect, _ session: any SQLSession
    ) throws {
        let size = content.turned(by: old.details.rotation).uprightSize
        try session.execute(
            """
            UPDATE images SET width = \(size.width), height = \(size.height),
                date_taken = \((old.details.taken ?? content.metadata.taken)?.localMilliseconds),
                date_taken_end = \((old.details.taken ?? content.metadata.taken)?.endMilliseconds),
                rating = \((old.details.rating ?? content.metadata.rating).map(Int64.init)),
                camera = \(content.metadata.cameraName), date_modified = \(modified), version = version + 1
            WHERE seq = \(sequence)
            """)
        try dialect.words.remove(
            ImageTexts(old.details, old.content.metadata, sentName: old.sentName), at: sequence, session)
        try dialect.words.insert(
            ImageTexts(old.details, content.metadata, sentName: old.sentName), at: sequence, session)
        try move(at: sequence, from: old.place, to: old.details.place ?? content.metadata.place, dialect, session)
    }

    /// Updates the index of places.
    static func move(
        at sequence: Int64, from old: GeographicPoint?, to new: GeographicPoint?, _ dialect: CatalogDialect,
        _ session: any SQLSession
    ) throws {
        guard old != new else { return }
        if old != nil { try dialect.places.remove(at: sequence, session) }
        if let new { try dialect.places.insert(SpherePoint(new), at: sequence, session) }
    }

    /// Deletes an image.
    ///
    /// - Parameter record: the stored record.
    static func delete(
        at sequence: Int64, _ record: ImageRecord, _ dialect: CatalogDialect, _ session: any SQLSession
    ) throws {
        let metadata = record.content.metadata
        try dialect.words.remove(ImageTexts(record.details, metadata, sentName: record.sentName), at: sequence, session)
        if record.place != nil { try dialect.places.remove(at: sequence, session) }
        try session.execute("DELETE FROM images WHERE seq = \(sequence)")
    }

    /// The sequence of an image; nil if the image does not exist.
    ///
    /// - Parameter content: the content that it must have; nil for any.
    static func sequence(
        of id: ImageID, with content: Digest? = nil, _ session: any SQLSession
    ) throws -> Int64? {
        try session.first("SELECT seq FROM images WHERE id = \(id) AND digest = coalesce(\(content), digest)") {
            try $0.integer(0)
        }
    }

    /// The image of an account that has an external id.
    static func image(
        withExternalID id: String, of owner: AccountID, _ session: any SQLSession
    ) throws -> ImageID? {
        try session.first("SELECT id FROM images WHERE external_id = \(id) AND owner = \(owner)") {
            try $0.identity(0)
        }
    }

    /// - Throws: `CatalogError` with the code `externalIDTaken`.
    private static func requireFree(_ id: String?, of owner: AccountID, _ session: any SQLSession) throws {
        guard let id, let image = try image(withExternalID: id, of: owner, session) else { return }
        throw CatalogError(.externalIDTaken(image), "another image of the account has this external id")
    }

    /// Bytes of the attributes that count towards the quota: their JSON without its braces.
    static func attributeBytes(of details: ImageDetails) throws -> Int64 {
        Int64(try JSONText.encode(details.attributes).utf8.count) - 2
    }

    /// The details as they will be read from their row: JSON does not distinguish 1 from 1.0.
    private static func asStored(_ details: ImageDetails) throws -> ImageDetails {
        guard !details.attributes.isEmpty else { return details }
        var stored = details
        stored.attributes = try JSONText.decodeMembers(try JSONText.encode(details.attributes))
        return stored
    }

    /// The sort key of a title: its first 64 characters in lower case.
    static func titleKey(_ title: String) -> String {
        String(String.UnicodeScalarView(title.unicodeScalars.prefix(64))).lowercased()
    }
}

extension Bool {
    /// The value of a column that may be null.
    fileprivate var stored: Int64 { self ? 1 : 0 }
}

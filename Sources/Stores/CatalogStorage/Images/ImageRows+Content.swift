internal import Domain
internal import SQL

/// What an image gets with another content.
struct ReplacedContent {
    let content: ImageContent
    /// The bytes of the original.
    let bytes: Int64
    let sentName: String?
    /// How the image is turned from now on.
    let rotation: Orientation
    /// Whether the image shows its renditions as soon as they are made.
    let awaitsFiles: Bool
}

extension ImageRows {
    /// Gives an image another content. It shows no file of it yet. What a person has set stays, except how the image is
    /// turned.
    ///
    /// - Parameter old: the stored record.
    static func replaceContent(
        of image: Int64, _ old: ImageRecord, by new: ReplacedContent, now: Timestamp, _ dialect: CatalogDialect,
        _ session: any SQLSession
    ) throws {
        let (content, details) = (new.content, old.details)
        let (metadata, size) = (content.metadata, content.turned(by: new.rotation).uprightSize)
        // By itself: it decides what the bytes count.
        try session.execute("UPDATE images SET gave_up_original = 0 WHERE seq = \(image) AND gave_up_original = 1")
        try session.execute(
            """
            UPDATE images SET digest = \(content.digest), format = \(content.format), width = \(size.width),
                height = \(size.height), bytes = \(new.bytes), sent_name = \(new.sentName),
                rotation = \(new.rotation.exif), camera = \(metadata.cameraName),
                date_taken = \((details.taken ?? metadata.taken)?.localMilliseconds),
                date_taken_end = \((details.taken ?? metadata.taken)?.endMilliseconds),
                rating = \((details.rating ?? metadata.rating).map(Int64.init)),
                state = 0, awaits_files = \(new.awaitsFiles), has_thumbnail = 0, has_full_size = 0,
                excludes_duplicates = excludes_duplicates AND \(sql: AccountRows.mergesDuplicates("\(old.owner)")),
                date_modified = \(now), version = version + 1
            WHERE seq = \(image)
            """)
        try dialect.words.remove(
            ImageTexts(details, old.content.metadata, sentName: old.sentName), at: image, session)
        try dialect.words.insert(ImageTexts(details, metadata, sentName: new.sentName), at: image, session)
        try move(at: image, from: old.place, to: details.place ?? metadata.place, dialect, session)
    }
}

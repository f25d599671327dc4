internal import Domain
internal import SQL

/// Rows of `trash` and `trash_files`: images that nobody sees, each with the sequence that it had, and the files that it
/// showed.
///
/// A row whose `is_deleted` is 1 is no image any more: it holds the files until they are removed from the store, which
/// happens as soon as no archive needs them.
enum TrashRows {
    /// The columns that `images` and `trash` have in common. All others of `images` follow from the content.
    static let columns: SQLQuery = "seq, id, external_id, \(sql: shared)"

    /// Those that an image has in common with a version of it.
    static let shared: SQLQuery = """
        digest, owner, visibility, bytes, date_added, date_modified, version, state, awaits_files,
        gave_up_original, excludes_duplicates, title, tags, attributes, description, own_taken, own_place, sent_name,
        own_file_name, own_creator, own_rights, own_rating, public_original, public_place, rotation
        """

    /// Moves an image into the trash, with what it shows.
    ///
    /// - Parameters:
    ///   - record: the stored record.
    ///   - isDeleted: whether only its files are held.
    static func insert(
        at sequence: Int64, _ record: ImageRecord, isDeleted: Bool, now: Timestamp, _ dialect: CatalogDialect,
        _ session: any SQLSession
    ) throws {
        try session.execute(
            """
            INSERT INTO trash (\(sql: columns), date_trashed, is_deleted)
            SELECT \(sql: columns), \(now), \(isDeleted) FROM images WHERE seq = \(sequence)
            """)
        try session.execute(
            """
            INSERT INTO trash_files (image, image_type, file, date_shown)
            SELECT image, image_type, file, date_shown FROM image_files WHERE image = \(sequence)
            """)
        try ImageRows.delete(at: sequence, record, dialect, session)
    }

    /// Whether the trash has an image of a content, deleted ones included.
    static func has(_ digest: Digest, _ session: any SQLSession) throws -> Bool {
        try session.exists("SELECT 1 FROM trash WHERE digest = \(digest)")
    }

    /// The sequence of a trashed image that may be restored; nil if there is none.
    static func sequence(of id: ImageID, _ session: any SQLSession) throws -> Int64? {
        try session.first("SELECT seq FROM trash WHERE id = \(id) AND is_deleted = 0") { try $0.integer(0) }
    }

    /// The account's image of a content that was trashed last; nil if there is none.
    static func sequence(of digest: Digest, owner: AccountID, _ session: any SQLSession) throws -> Int64? {
        try session.first(
            """
            SELECT seq FROM trash WHERE digest = \(digest) AND owner = \(owner) AND is_deleted = 0
                AND \(sql: AccountRows.mergesDuplicates("\(owner)"))
            ORDER BY date_trashed DESC, seq DESC LIMIT 1
            """
        ) { try $0.integer(0) }
    }
}

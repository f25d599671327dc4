internal import Domain
internal import SQL

/// The images for which the row of an account stands that has begun or ceased to read an album.
///
/// They are looked up when the row is read, in the order of their sequences. So a membership costs one row, however many
/// images the album has.
struct AlbumImagesRead {
    typealias Entry = (sequence: Int64, id: ImageID)

    let album: Int64
    /// The sequence of the row.
    let row: Int64
    /// Whether the account has begun to read the album.
    let isBegun: Bool

    /// Some images, and the sequence of the last one that was looked at; nil at the end.
    func page(
        after image: Int64, limit: Int, _ session: any SQLSession
    ) throws -> (entries: [Entry], last: Int64?) {
        let shown = try session.all(
            """
            SELECT images.seq, images.id FROM album_images AS shown JOIN images ON images.seq = shown.image
            WHERE shown.album = \(album) AND shown.image > \(image) AND shown.consent > 0 AND shown.is_present = 1
            ORDER BY shown.image LIMIT \(limit)
            """, Self.read)
        if isBegun { return (shown, shown.count < limit ? nil : shown.last?.sequence) }
        // Those that have left the album since, which its other readers were told. No further than the others, so that all
        // pages together read each row once.
        let end = shown.count < limit ? Int64.max : shown.last?.sequence ?? .max
        let gone = try session.all(
            """
            SELECT DISTINCT image, id FROM changes
            WHERE album = \(album) AND image > \(image) AND image <= \(end) AND sequence > \(row)
            ORDER BY image LIMIT \(limit)
            """, Self.read)
        let ends = [shown, gone].filter { $0.count == limit }.compactMap(\.last?.sequence)
        let known = Dictionary((shown + gone).map { ($0.sequence, $0.id) }) { first, _ in first }
        var entries = known.sorted { $0.key < $1.key }.map { (sequence: $0.key, id: $0.value) }
        var last = ends.min()
        if let last { entries.removeAll { $0.sequence > last } }
        if entries.count > limit {
            entries.removeLast(entries.count - limit)
            last = entries.last?.sequence
        }
        return (try entries.filter { try wasShown($0.sequence, session) }, last)
    }

    /// Whether the account has seen the image in the album: not if its first row since says that it was added.
    private func wasShown(_ image: Int64, _ session: any SQLSession) throws -> Bool {
        let first = try session.first(
            """
            SELECT kind FROM changes WHERE album = \(album) AND image = \(image) AND sequence > \(row)
            ORDER BY sequence LIMIT 1
            """
        ) { try $0.text(0) }
        return first != ChangeRows.Kind.added.rawValue
    }

    private static func read(_ row: SQLRow) throws -> Entry { (try row.integer(0), try row.identity(1)) }
}

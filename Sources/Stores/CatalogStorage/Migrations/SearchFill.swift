internal import Domain
internal import SQL

/// Gives the search index, the places and the tags what the images hold, some hundred images at a time.
enum SearchFill {
    private static let step = 500

    /// One image's part of the index.
    private struct Source {
        let sequence: Int64
        let details: ImageDetails
        let metadata: PhotoMetadata
    }

    static func run(_ session: any SQLSession) throws {
        var last: Int64 = -1
        while true {
            let sources = try session.all(
                """
                SELECT images.seq, images.title, images.description, images.tags, images.attributes, contents.metadata
                FROM images JOIN contents ON contents.digest = images.digest
                WHERE images.seq > \(last) ORDER BY images.seq LIMIT \(step)
                """, read)
            guard let end = sources.last?.sequence else { return }
            for source in sources { try insert(source, session) }
            last = end
        }
    }

    private static func read(_ row: SQLRow) throws -> Source {
        let (attributes, metadata) = (try row.text("attributes"), try row.text("metadata"))
        return Source(
            sequence: try row.integer("seq"),
            details: ImageDetails(
                title: try row.text("title"), description: try row.text("description"),
                tags: try JSONText.decodeStrings(try row.text("tags")),
                attributes: attributes == "{}" ? [:] : try JSONText.decode([String: JSONValue].self, from: attributes)),
            metadata: metadata == "{}" ? PhotoMetadata() : try JSONText.decode(PhotoMetadata.self, from: metadata))
    }

    private static func insert(_ source: Source, _ session: any SQLSession) throws {
        try SearchIndex.insert(ImageTexts(source.details, source.metadata), at: source.sequence, session)
        try PlaceRows.insert(source.metadata, at: source.sequence, session)
        try TagRows.insert(source.details.tags, at: source.sequence, session)
        if let camera = source.metadata.cameraName {
            try session.execute("UPDATE images SET camera = \(camera) WHERE seq = \(source.sequence)")
        }
    }
}

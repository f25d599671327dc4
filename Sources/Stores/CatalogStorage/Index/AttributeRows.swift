internal import Domain
internal import SQL
internal import StreamedJSON

/// Rows of `image_attributes`: by which attributes an image is found.
enum AttributeRows {
    /// An image is found by so many values at most, those of the names that come first.
    private static let maximumCount = 200

    static func insert(_ attributes: [String: JSONValue], at sequence: Int64, _ session: any SQLSession) throws {
        var count = 0
        for (name, value) in attributes.sorted(by: { $0.key < $1.key }) {
            for text in value.attributeTexts.sorted() where count < maximumCount {
                count += 1
                try session.execute(
                    """
                    INSERT INTO image_attributes (name, value, image) VALUES (\(name.lowercased()), \(text), \(sequence))
                    ON CONFLICT (name, value, image) DO NOTHING
                    """)
            }
        }
    }

    static func remove(at sequence: Int64, _ session: any SQLSession) throws {
        try session.execute("DELETE FROM image_attributes WHERE image = \(sequence)")
    }

    /// Inserts the rows of all images, which have none.
    static func insertAll(_ session: any SQLSession) throws {
        var last: Int64 = 0
        while true {
            let images = try session.all(
                "SELECT seq, attributes FROM images WHERE seq > \(last) AND attributes <> '{}' ORDER BY seq LIMIT 1000"
            ) { (sequence: try $0.integer(0), attributes: try JSONValue(parsing: Array(try $0.text(1).utf8))) }
            guard let newest = images.last else { return }
            for image in images {
                if case .object(let members) = image.attributes { try insert(members, at: image.sequence, session) }
            }
            last = newest.sequence
        }
    }
}

internal import SQL

extension Migration {
    /// Images are found by the exact values of their attributes. Names are in lower case.
    static let attributes = Migration(
        number: 9, name: "attributes",
        statements: [
            """
            CREATE TABLE image_attributes (
                name TEXT NOT NULL,
                value TEXT NOT NULL,
                image INTEGER NOT NULL REFERENCES images (seq) ON DELETE CASCADE,
                PRIMARY KEY (name, value, image)
            ) STRICT, WITHOUT ROWID
            """,
            "CREATE INDEX image_attributes_by_image ON image_attributes (image)",
        ], convert: AttributeRows.insertAll)
}

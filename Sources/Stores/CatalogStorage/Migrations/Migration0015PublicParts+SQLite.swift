internal import SQL

extension Migration {
    /// Owners decide what others get of their public images (`docs/decisions/0058`). Null means the server's default.
    static let publicParts = Migration(
        number: 15, name: "what others get of public images",
        statements: [
            "ALTER TABLE images ADD COLUMN public_original INTEGER",
            "ALTER TABLE images ADD COLUMN public_place INTEGER",
            "ALTER TABLE trash ADD COLUMN public_original INTEGER",
            "ALTER TABLE trash ADD COLUMN public_place INTEGER",
            // A search by what most images hide scans only the images that do not.
            """
            CREATE INDEX images_public_original ON images (public_original, date_added)
            WHERE visibility = 'public' AND public_original IS NOT NULL
            """,
            """
            CREATE INDEX images_public_place ON images (public_place, date_added)
            WHERE visibility = 'public' AND public_place IS NOT NULL
            """,
        ])
}

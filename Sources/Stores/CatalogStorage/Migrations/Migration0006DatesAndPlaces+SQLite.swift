internal import SQL

extension Migration {
    /// Dates are sorted by milliseconds, so that the pictures of a burst keep their order; and a person can set the date
    /// and the place of an image.
    static let datesAndPlaces = Migration(
        number: 6, name: "dates and places",
        statements: [
            "UPDATE images SET date_taken = date_taken * 1000 WHERE date_taken IS NOT NULL",
            "ALTER TABLE images ADD COLUMN own_taken TEXT",
            "ALTER TABLE images ADD COLUMN own_place TEXT",
        ])
}

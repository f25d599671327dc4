internal import Domain
internal import SQL

/// What others get, as conditions on `images` that are never null. Those that few images meet have an index
/// (`docs/decisions/0058`).
extension PublicDefaults {
    var givesOriginal: SQLQuery { Self.isGiven("images.public_original", originals) }
    var hidesOriginal: SQLQuery { Self.isHidden("images.public_original", originals) }
    var givesPlace: SQLQuery { Self.isGiven("images.public_place", places) }
    var hidesPlace: SQLQuery { Self.isHidden("images.public_place", places) }

    private static func isGiven(_ column: SQLQuery, _ isDefault: Bool) -> SQLQuery {
        isDefault ? "(coalesce(\(sql: column), 1) = 1)" : "(\(sql: column) IS NOT NULL AND \(sql: column) = 1)"
    }

    private static func isHidden(_ column: SQLQuery, _ isDefault: Bool) -> SQLQuery {
        isDefault ? "(\(sql: column) IS NOT NULL AND \(sql: column) = 0)" : "(coalesce(\(sql: column), 0) = 0)"
    }
}

internal import Domain
internal import SQL

/// Conditions on images that say whether an album shows them.
enum AlbumConditions {
    /// Whether an album shows an image to an account, or to strangers if it is nil. It looks at the albums of that image
    /// only.
    static func showsImage(to account: AccountID?) -> SQLQuery {
        let isPublic: SQLQuery = "(albums.visibility = 'public' AND shown.audience = 2)"
        let isShown: SQLQuery =
            account.map { account in
                """
                (\(sql: isPublic) OR albums.owner = \(account) OR EXISTS (
                    SELECT 1 FROM album_members WHERE account = \(account) AND album_members.album = shown.album))
                """
            } ?? isPublic
        return """
            EXISTS (SELECT 1 FROM album_images AS shown JOIN albums ON albums.seq = shown.album
                WHERE shown.image = images.seq AND shown.audience > 0 AND \(sql: isShown))
            """
    }

    /// Whether one of some albums shows the image to its reader.
    static func hasImage(_ scopes: [AlbumScope]) -> SQLQuery {
        guard !scopes.isEmpty else { return "1 = 0" }
        let each = scopes.map { scope -> SQLQuery in
            """
            EXISTS (SELECT 1 FROM album_images AS shown WHERE shown.album = \(sql: sequence(of: scope.album))
                AND shown.image = images.seq AND \(sql: isSeen("shown", in: scope)))
            """
        }
        return "(\(sql: .joined(each, by: " OR ")))"
    }

    /// The images that some albums show their reader, as `listed.image`, each once.
    static func images(of scopes: [AlbumScope]) -> SQLQuery {
        let each = scopes.map { scope -> SQLQuery in
            """
            SELECT image FROM album_images WHERE album = \(sql: sequence(of: scope.album))
                AND \(sql: isSeen("album_images", in: scope))
            """
        }
        let none: SQLQuery = "SELECT image FROM album_images WHERE 1 = 0"
        return "FROM (\(sql: each.isEmpty ? none : .joined(each, by: " UNION "))) AS listed"
    }

    /// Whether a row of `album_images` is shown to the reader of a scope.
    static func isSeen(_ table: SQLQuery, in scope: AlbumScope) -> SQLQuery {
        guard scope.least > .nobody else { return "1 = 1" }
        let isShown: SQLQuery = "\(sql: table).audience >= \(scope.least.rawValue)"
        return scope.reader.map { "(\(sql: isShown) OR \(sql: table).owner = \($0))" } ?? isShown
    }

    private static func sequence(of album: AlbumID) -> SQLQuery { "(SELECT seq FROM albums WHERE id = \(album))" }
}

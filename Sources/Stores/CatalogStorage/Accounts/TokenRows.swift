internal import Domain
internal import SQL

/// Rows of `tokens`: what was added with them.
enum TokenRows {
    /// Bytes that the quota of a token leaves; nil if it has none, or has been revoked.
    static func bytesLeft(of token: TokenID, _ session: any SQLSession) throws -> Int64? {
        try session.first("SELECT max(0, quota_bytes - bytes_used) FROM tokens WHERE id = \(token)") {
            try $0.integerIfPresent(0)
        } ?? nil
    }

    static func add(_ bytes: Int64, to token: TokenID, _ session: any SQLSession) throws {
        try session.execute("UPDATE tokens SET bytes_used = bytes_used + \(bytes) WHERE id = \(token)")
    }

    /// Counts bytes that are added with a token.
    ///
    /// - Throws: `CatalogError` with the code `quotaExceeded` if the quota does not leave so many.
    static func charge(_ token: TokenID, _ bytes: Int64, _ session: any SQLSession) throws {
        if let left = try bytesLeft(of: token, session), left < bytes {
            throw CatalogError(.tokenQuotaExceeded(bytesLeft: left), "the token has reached its quota")
        }
        try add(bytes, to: token, session)
    }
}

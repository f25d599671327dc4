public import Domain

/// The rules of handles and passwords.
public enum AccountRules {
    /// In bytes of UTF-8. A passphrase of many words fits; longer passwords only cost time.
    static let passwordBytes = 8...1024

    /// Names that mean something else in a URL, or may do so later.
    static let reserved: Set<String> = [
        "about", "account", "accounts", "admin", "albums", "api", "app", "archive", "archives", "assets", "batches",
        "changes", "compress", "docs", "download", "duplicates", "favicon", "files", "health", "healthcheck", "help",
        "home", "i", "iiif", "image_batches", "images", "jobs", "livez", "login", "logout", "map", "metrics", "openapi",
        "p", "password", "problems", "public", "readyz", "register", "robots", "root", "s", "search", "sessions",
        "settings", "shares", "sign-in", "signin", "signup", "static", "status", "tags", "tokens", "trash", "upload",
        "upload_image_batch", "uploads", "user", "users", "v1", "v2", "web", "www",
    ]

    /// A handle that a new account may have.
    ///
    /// - Throws: `ServiceError` with `invalid`, or `conflict` if the server itself uses the name.
    public static func handle(_ text: String) throws -> Handle {
        guard let handle = Handle(text) else {
            throw ServiceError(
                .invalid, field: "handle",
                "A handle has 1 to 39 characters of a–z, 0–9, '-' and '_', and begins with a letter or digit.")
        }
        guard !reserved.contains(handle.key) else {
            throw ServiceError(.conflict, field: "handle", "The handle '\(handle)' is reserved: choose another one.")
        }
        return handle
    }

    static func check(passwordOfShare password: String) throws {
        let count = password.utf8.count
        guard (4...passwordBytes.upperBound).contains(count) else {
            throw ServiceError(
                .invalid, field: "password",
                "The password of a share has 4 to \(passwordBytes.upperBound) bytes; this one has \(count).")
        }
    }

    static func check(password: String) throws {
        let count = password.utf8.count
        guard passwordBytes.contains(count) else {
            throw ServiceError(
                .invalid, field: "password",
                "A password has \(passwordBytes.lowerBound) to \(passwordBytes.upperBound) bytes; this one has \(count)."
            )
        }
        guard try !CommonPasswords.contains(password) else {
            throw ServiceError(
                .invalid, field: "password",
                "This password is one of the most common ones, which guesses try first: choose another one.")
        }
    }
}

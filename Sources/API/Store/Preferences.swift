internal import HTTPTypes

/// The preferences of a client (RFC 7240).
struct Preferences {
    /// Whether the answer may come before the work is done (section 4.1).
    let respondsAsync: Bool

    init(_ fields: HTTPFields) {
        respondsAsync = (fields["Prefer"] ?? "").split(separator: ",").contains { preference in
            preference.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased() == "respond-async"
        }
    }
}

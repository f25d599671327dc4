internal import HTTPTypes
internal import Services

/// Paths as logs have them: the address of a share is a secret that logs must not give away.
enum LoggedPath {
    /// The path of a request that could be read.
    static func of(_ target: RequestTarget) -> String {
        target.components.contains(where: ShareVisits.isToken)
            ? "/" + target.components.map(withoutSecret).joined(separator: "/") : target.path
    }

    /// A path as it was sent.
    static func of(_ path: String) -> String {
        // Of a request that could not be read there is none.
        if !path.isEmpty, let target = try? RequestTarget(path) { return of(target) }
        return path.split(separator: "/", omittingEmptySubsequences: false).map { withoutSecret(String($0)) }
            .joined(separator: "/")
    }

    private static func withoutSecret(_ component: String) -> String {
        ShareVisits.isToken(component) ? component.prefix(8) + "…" : component
    }
}

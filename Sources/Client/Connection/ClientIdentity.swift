internal import HTTPTypes

/// As whom the server is asked.
public enum ClientIdentity: Hashable, Sendable {
    /// As nobody: the server decides what that may.
    case anonymous
    /// As nobody, on behalf of an account: for servers that are open to all.
    case onBehalf(of: String)
    /// With a token; the account's handle if it is known.
    case token(String, account: String?)

    func sign(_ fields: inout HTTPFields) {
        switch self {
        case .anonymous: break
        case .onBehalf(let handle): fields["Tintype-Account"] = handle
        case .token(let token, _): fields["Authorization"] = "Bearer \(token)"
        }
    }
}

internal import HTTPTypes

/// The identity under which requests are sent.
public enum ClientIdentity: Hashable, Sendable {
    /// Without credentials: the server decides what is permitted.
    case anonymous
    /// Without credentials, on behalf of an account: for servers with open access.
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

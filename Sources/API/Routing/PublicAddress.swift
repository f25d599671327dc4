internal import HTTPTypes

/// Under which address the server is reached, for answers that must say it in full.
public struct PublicAddress: Sendable {
    private let stated: String?

    /// - Parameter stated: such as `https://images.example.org`, without a slash at the end; nil for what each request says.
    public init(_ stated: String?) { self.stated = stated }

    /// The scheme and authority, without a slash at the end.
    func base(for request: HTTPRequest) -> String {
        stated ?? "http://\(request.fields["Host"] ?? "localhost")"
    }
}

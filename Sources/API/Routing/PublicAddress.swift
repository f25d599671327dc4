internal import HTTPTypes

/// The address under which clients reach the server, for answers that contain absolute addresses.
public struct PublicAddress: Sendable {
    private let stated: String?

    /// - Parameter stated: such as `https://images.example.org`, without a slash at the end; nil to use each request's
    ///   host.
    public init(_ stated: String?) { self.stated = stated }

    /// The scheme and authority, without a slash at the end.
    func base(for request: HTTPRequest) -> String {
        stated ?? "http://\(request.fields["Host"] ?? "localhost")"
    }
}

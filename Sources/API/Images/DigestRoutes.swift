internal import TextCoding
internal import Domain
internal import HTTPTypes
public import Services
internal import Streams

/// Finds in bulk which images need not be uploaded, because the account has them already.
public struct DigestRoutes: Sendable {
    private static let maximumDigests = 1000
    private static let maximumBodyBytes = 256 << 10

    private let library: Library

    public init(library: Library) { self.library = library }

    public var routes: [Route] { [Route(.post, "/v1/images/digests", access: .readingOrWriting, known)] }

    private func known(_ call: Call) async throws -> HTTPResponse {
        _ = try QueryParameters(call.request.target, known: [])
        let body = try await call.request.body.collect(upTo: Self.maximumBodyBytes)
        let digests = try JSONBody.decode(DigestsBody.self, from: body).digests
        guard digests.count <= Self.maximumDigests else {
            throw Problem(
                .invalidMember, at: .pointer("/digests"),
                "One request may ask for at most \(Self.maximumDigests) digests: ask in parts.")
        }
        let known = try await library.ownImages(of: digests, for: call.viewer)
        let entries = known.map { ($0.key.description, $0.value.description) }
        return .json(.ok, ["known": Dictionary(uniqueKeysWithValues: entries)])
    }
}

private struct DigestsBody: JSONObjectBody {
    let digests: [Digest]

    enum CodingKeys: String, CodingKey, CaseIterable { case digests }
}

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

    public var routes: [Route] { [Route(.post, "/v1/images/digests", access: .reading, known)] }

    private func known(_ call: Call) async throws -> HTTPResponse {
        _ = try QueryParameters(call.request.target, known: [])
        let body = try await call.request.body.collect(upTo: Self.maximumBodyBytes)
        let digests = try JSONBody.decode(DigestsBody.self, from: body).digests
        guard digests.count <= Self.maximumDigests else {
            throw Problem.badRequest("One request may ask for at most \(Self.maximumDigests) digests: ask in parts.")
        }
        let known = try await library.ownImages(of: digests, for: call.viewer)
        let entries = known.map { ($0.key.description, $0.value.description) }
        return .json(.ok, ["known": Dictionary(uniqueKeysWithValues: entries)])
    }
}

/// The body: an object with only `digests`.
private struct DigestsBody: Decodable {
    let digests: [Digest]

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: AnyCodingKey.self)
        for key in container.allKeys where key.stringValue != "digests" {
            throw DecodingError.refused(
                container.codingPath + [key], "the only member is digests, a list of digests")
        }
        digests = try container.decode([Digest].self, forKey: AnyCodingKey("digests"))
    }
}

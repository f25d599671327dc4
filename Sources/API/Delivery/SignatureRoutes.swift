internal import Domain
internal import HTTPTypes
public import Services
internal import Streams
public import Transformations

/// Signs addresses for applications that have no key of the server.
public struct SignatureRoutes: Sendable {
    private static let maximumBodyBytes = 1 << 20

    private let library: Library
    private let signatures: AddressSignatures
    private let presets: @Sendable () -> RenderPresets

    public init(
        library: Library, signatures: AddressSignatures, presets: @escaping @Sendable () -> RenderPresets
    ) {
        (self.library, self.signatures, self.presets) = (library, signatures, presets)
    }

    /// It changes nothing, so the scope `read` is sufficient.
    public var routes: [Route] { [Route(.post, "/v1/signatures", access: .reading, sign)] }

    private func sign(_ call: Call) async throws -> HTTPResponse {
        _ = try QueryParameters(call.request.target, known: [])
        let body = try await call.request.body.collect(upTo: Self.maximumBodyBytes)
        let order = try JSONBody.decode(SignatureBody.self, from: body).validated()
        let expires = Timestamp.now.seconds + Int64(order.seconds)
        var signed: [String] = []
        for (index, text) in order.addresses.enumerated() {
            let fault = Problem.Fault.pointer("/addresses/\(index)")
            let address = try SignableAddress(call.links.withoutPrefix(text), presets(), at: fault)
            try await library.requirePermission(
                toSign: address.image, original: address.needsOriginal, for: call.viewer)
            signed.append(call.links.path(try address.signed(until: expires, with: signatures)))
        }
        return .json(.ok, SignaturesView(addresses: signed, expires: Timestamp(microseconds: expires * 1_000_000)))
    }
}

/// What is to be signed, and for how long.
private struct SignatureBody: JSONObjectBody {
    private static let maximumAddresses = 100
    private static let maximumSeconds = 30 * 86_400

    let addresses: [String]
    private let expiresIn: Int?

    var seconds: Int { expiresIn ?? 3600 }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case addresses
        case expiresIn = "expires_in"
    }

    func validated() throws -> SignatureBody {
        guard (1...Self.maximumAddresses).contains(addresses.count) else {
            throw Problem(
                .invalidMember, at: .pointer("/addresses"),
                "One request signs 1 to \(Self.maximumAddresses) addresses: ask in parts.")
        }
        guard (1...Self.maximumSeconds).contains(seconds) else {
            throw Problem(
                .invalidMember, at: .pointer("/expires_in"),
                "A signature is valid for 1 to \(Self.maximumSeconds) seconds.")
        }
        return self
    }
}

private struct SignaturesView: Encodable {
    let addresses: [String]
    let expires: Timestamp

    enum CodingKeys: String, CodingKey {
        case addresses
        case expires = "expires_at"
    }
}

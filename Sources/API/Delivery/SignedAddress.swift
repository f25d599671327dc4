public import HTTPTypes
internal import Services

/// Addresses that carry a signature in their query: `expires`, `key` and `signature`.
public enum SignedAddress {
    /// The names in a query that are about the signature.
    static let names: Set<String> = ["expires", "key", "signature"]

    /// What is signed of an address: its decoded path, and its query in order of names, each part encoded in one way.
    ///
    /// So it does not matter in which order a client writes a query, or which characters it encodes.
    public static func message(for target: RequestTarget) -> [UInt8] {
        let path = target.components.map { "/" + PercentEncoding.encode($0) }.joined()
        let pairs = target.query.filter { $0.name != "signature" }
            .map { "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))" }
        return Array("tintype-address-1\n\(path)\n\(pairs.sorted().joined(separator: "&"))".utf8)
    }

    static func claim(of target: RequestTarget) -> AddressSignatures.Claim {
        AddressSignatures.Claim(
            key: target.value("key"), code: target.value("signature"), expires: target.value("expires"),
            message: message(for: target))
    }
}

extension AddressSignatures {
    /// The right by which a request asks for a file.
    ///
    /// - Throws: `forbidden`; a problem if a part of the signature is repeated.
    func permission(of call: Call) throws -> FilePermission {
        let target = call.request.target
        for name in SignedAddress.names where target.values(name).count > 1 {
            throw Problem.badRequest("The parameter '\(name)' may be given only once.")
        }
        return try permission(showing: SignedAddress.claim(of: target), else: call.viewer)
    }
}

public import HTTPTypes
internal import Services

/// Addresses with a signature in their query: `expires`, `key` and `signature` (docs/decisions/0027).
public enum SignedAddress {
    /// The names of the parameters of the signature.
    static let names: Set<String> = ["expires", "key", "signature"]

    /// The signed text of an address: its decoded path, and its query sorted by name, each part encoded in one way.
    ///
    /// So the order of a client's query and its choice of encoded characters do not matter.
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
    /// The permission that a request has for a file.
    ///
    /// - Parameter isRequired: whether the server may be set to refuse the address without a signature.
    /// - Throws: `forbidden`; a problem if a part of the signature is repeated.
    func permission(of call: Call, isRequired: Bool = true) throws -> FilePermission {
        let target = call.request.target
        for name in SignedAddress.names where target.values(name).count > 1 {
            throw Problem.badRequest("The parameter '\(name)' may be given only once.", at: .parameter(name))
        }
        do {
            return try permission(
                showing: SignedAddress.claim(of: target), else: call.viewer, isRequired: isRequired)
        } catch {
            call.trail.note(.signature, target.path)
            throw error
        }
    }
}

internal import TextCoding
public import Domain
public import KeyStorage

/// Decides whether an address may be used because it is signed with a key of the server.
///
/// A signature covers the whole address: the image, the transformation, the time until which it is valid, and the key.
/// Everybody who has a signed address may see that one rendition, even of a private image.
public struct AddressSignatures: Sendable {
    /// The parts of an address that are about its signature.
    public struct Claim: Sendable {
        public let key: String?
        /// In base64url.
        public let code: String?
        /// Seconds since 1970, in decimal digits; nil for no limit.
        public let expires: String?
        /// The whole address without the code, in its canonical form.
        let message: @Sendable () -> [UInt8]

        /// - Parameter message: called only if there is a signature to check.
        public init(
            key: String?, code: String?, expires: String?, message: @autoclosure @escaping @Sendable () -> [UInt8]
        ) {
            (self.key, self.code, self.expires, self.message) = (key, code, expires, message)
        }
    }

    private let keys: AddressKeys
    /// Whether an address without a signature is refused, if it costs work.
    private let isRequired: Bool

    public init(keys: AddressKeys, isRequired: Bool) { (self.keys, self.isRequired) = (keys, isRequired) }

    /// The right by which a file is asked for: the viewer's own, or that of a signed address.
    ///
    /// - Parameter isRequired: whether the address costs work.
    /// - Throws: `forbidden` if a signature is wrong, has expired, or is missing.
    public func permission(
        showing claim: Claim, else viewer: Viewer, isRequired: Bool = true, now: Timestamp = .now
    ) throws -> FilePermission {
        guard claim.code != nil || claim.key != nil || claim.expires != nil else {
            guard !isRequired || !self.isRequired else {
                throw ServiceError(
                    .forbidden, "This server answers only signed addresses: ask its operator for one.")
            }
            return .viewer(viewer)
        }
        guard let code = claim.code.flatMap({ Base64URL.decode($0) }), let key = claim.key,
            try keys.isValid(code, of: claim.message(), key: key)
        else {
            throw ServiceError(
                .forbidden,
                "The signature does not match the address: an address must not be changed after it was signed.")
        }
        if let text = claim.expires {
            guard let expires = Int64(text), now.seconds < expires else {
                throw ServiceError(.forbidden, "The signature of this address has expired: ask for another one.")
            }
        }
        return .signedAddress
    }

    /// Signs with the newest key.
    ///
    /// - Parameter message: makes the signed text from the key's id, which is a part of it.
    /// - Returns: the key's id, and the code in base64url.
    public func sign(_ message: (String) -> [UInt8]) throws -> (key: String, code: String) {
        guard let signed = try keys.sign(with: nil, message) else {
            throw ServiceError(.conflict, "The server has no key to sign with.")
        }
        return (signed.key, Base64URL.encode(signed.code))
    }
}

internal import FoundationEssentials

/// The digests that `Content-Digest` or `Repr-Digest` states (RFC 9530, sections 2 and 3): those of the algorithms that can be
/// verified. Digests of others are ignored.
public struct DigestField: Hashable, Sendable {
    /// An algorithm by its name in the field.
    public enum Algorithm: String, CaseIterable, Sendable {
        case sha256 = "sha-256"
        case sha512 = "sha-512"

        /// The length of its digests, in bytes.
        public var length: Int { self == .sha256 ? 32 : 64 }
    }

    /// A field that cannot be read.
    public struct Malformed: Error {}

    public let digests: [Algorithm: [UInt8]]

    /// Reads a dictionary of byte sequences (RFC 8941, sections 3.2 and 3.3.5), with parameters, which are ignored. Names in
    /// capitals are read too.
    ///
    /// - Throws: `Malformed` if a member is no byte sequence, or has another length than digests of its algorithm.
    public init(_ text: String) throws(Malformed) {
        var digests: [Algorithm: [UInt8]] = [:]
        for member in text.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = member.trimmingBlanks.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, parts[0].utf8.allSatisfy(Self.isNameByte) else {
                throw Malformed()
            }
            let value = parts[1].prefix { $0 != ";" }.trimmingBlanks
            guard value.count >= 2, value.first == ":", value.last == ":",
                let data = Data(base64Encoded: String(value.dropFirst().dropLast()))
            else { throw Malformed() }
            guard let algorithm = Algorithm(rawValue: parts[0].lowercased()) else { continue }
            guard data.count == algorithm.length else { throw Malformed() }
            digests[algorithm] = [UInt8](data)
        }
        self.digests = digests
    }

    /// The field's value for a digest.
    public static func format(_ bytes: [UInt8], by algorithm: Algorithm = .sha256) -> String {
        "\(algorithm.rawValue)=:\(Data(bytes).base64EncodedString()):"
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "_-.*".utf8.contains(byte)
        }
    }
}

internal import FoundationEssentials

/// The digests of a representation that a message states (RFC 9530, section 3).
public enum ReprDigest {
    /// A field that cannot be read.
    public struct Malformed: Error {}

    /// The 32 bytes of `sha-256`; nil if the field names other algorithms only.
    ///
    /// - Throws: `Malformed` if `sha-256` is there but is not 32 bytes in base64 between colons.
    public static func sha256(_ text: String) throws(Malformed) -> [UInt8]? {
        for member in text.split(separator: ",") {
            let parts = member.trimmingBlanks.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, HTTPFields.equal(parts[0], "sha-256") else { continue }
            let value = parts[1].prefix { $0 != ";" }.trimmingBlanks
            guard value.count >= 2, value.first == ":", value.last == ":",
                let data = Data(base64Encoded: String(value.dropFirst().dropLast())), data.count == 32
            else { throw Malformed() }
            return [UInt8](data)
        }
        return nil
    }

    /// The field's value for a SHA-256.
    public static func format(sha256 bytes: [UInt8]) -> String { "sha-256=:\(Data(bytes).base64EncodedString()):" }
}

internal import Crypto
internal import Domain

/// The 10,000 passwords that leak most often: guesses try them first.
///
/// The filter holds the first bytes of their digests; `Scripts/make-common-passwords` writes it. One in a hundred
/// million other passwords is taken for one of them.
enum CommonPasswords {
    private static let prefixLength = 5
    private static let filter = PackageResources.common_passwords_bin

    /// Whether a password is one of them, ignoring the case of its letters.
    static func contains(_ password: String) throws -> Bool {
        try [password, password.lowercased()].contains { text in
            let digest = try Secret.digest(of: text)
            return search(Array(digest.bytes.prefix(prefixLength)))
        }
    }

    private static func search(_ prefix: [UInt8]) -> Bool {
        var range = 0..<filter.count / prefixLength
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            let entry = filter[middle * prefixLength..<(middle + 1) * prefixLength]
            if entry.elementsEqual(prefix) { return true }
            range = entry.lexicographicallyPrecedes(prefix) ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return false
    }
}

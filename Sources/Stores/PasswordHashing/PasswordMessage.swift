/// A request of the parent: the hash, empty if one is to be made, a NUL, and the password, which may contain NULs.
enum PasswordRequest: Hashable {
    case make(password: String)
    case compare(password: String, hash: String)

    init?(_ bytes: [UInt8]) {
        guard let zero = bytes.firstIndex(of: 0), let hash = String(validating: bytes[..<zero], as: UTF8.self),
            let password = String(validating: bytes[(zero + 1)...], as: UTF8.self)
        else { return nil }
        self = hash.isEmpty ? .make(password: password) : .compare(password: password, hash: hash)
    }

    var bytes: [UInt8] {
        switch self {
        case .make(let password): [0] + Array(password.utf8)
        case .compare(let password, let hash): Array(hash.utf8) + [0] + Array(password.utf8)
        }
    }
}

/// The answer of the child: one byte, followed by a new hash if one was made.
enum PasswordReply: Hashable {
    case hash(String)
    case matches(Bool)

    init?(_ bytes: [UInt8]) {
        switch bytes.first {
        case UInt8(ascii: "h"):
            guard let text = String(validating: bytes.dropFirst(), as: UTF8.self) else { return nil }
            self = .hash(text)
        case UInt8(ascii: "y"): self = .matches(true)
        case UInt8(ascii: "n"): self = .matches(false)
        default: return nil
        }
    }

    var bytes: [UInt8] {
        switch self {
        case .hash(let text): [UInt8(ascii: "h")] + Array(text.utf8)
        case .matches(let matches): [UInt8(ascii: matches ? "y" : "n")]
        }
    }
}

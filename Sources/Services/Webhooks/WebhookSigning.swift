internal import Domain
internal import Sodium
internal import TextCoding

/// Signs messages as Standard Webhooks (standardwebhooks.com) says, so that its libraries verify them.
enum WebhookSigning {
    static let secretBytes = 32
    private static let secretPrefix = "whsec_"

    static func makeSecret() throws -> [UInt8] { try RandomBytes.make(secretBytes) }

    /// A secret as its owner gets it.
    static func text(of secret: [UInt8]) -> String { secretPrefix + Base64.encode(secret) }

    /// The fields that identify and sign a message at a time.
    static func fields(
        _ id: String, _ body: [UInt8], at now: Timestamp, _ secrets: WebhookSecrets
    ) throws -> [(name: String, value: String)] {
        let time = "\(now.seconds)"
        let message = Array("\(id).\(time).".utf8) + body
        let signatures = try [secrets.current, secrets.former].compactMap(\.self).map { secret in
            "v1," + Base64.encode(try MessageAuthentication.code(of: message, key: secret))
        }
        return [
            ("webhook-id", id), ("webhook-timestamp", time),
            ("webhook-signature", signatures.joined(separator: " ")),
        ]
    }
}

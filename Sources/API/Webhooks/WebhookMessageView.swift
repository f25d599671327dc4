internal import Domain
public import Services

/// What receivers get as JSON, in the shape of Standard Webhooks: `type`, `timestamp`, `data`.
public struct WebhookMessageView: Encodable {
    private struct Content: Encodable {
        let webhook: WebhookID
        let changes: [ChangeView]
        let next: String
    }

    private let type: String
    private let timestamp: Timestamp
    private let data: Content

    /// The bytes of a message.
    public static func encode(_ message: WebhookMessage) throws -> [UInt8] {
        try JSONBytes.encode(WebhookMessageView(message))
    }

    private init(_ message: WebhookMessage) {
        (type, timestamp) = (message.kind.rawValue, message.date)
        data = Content(
            webhook: message.webhook, changes: message.changes.map(ChangeView.init), next: message.next.description)
    }

    private enum CodingKeys: String, CodingKey {
        case type, timestamp, data
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(type, forKey: .type)
        try container.encode(timestamp, forKey: .timestamp)
        try container.encode(data, forKey: .data)
    }
}

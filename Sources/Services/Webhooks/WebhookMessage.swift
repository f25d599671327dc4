internal import Crypto
public import Domain
internal import TextCoding

/// What is sent to a receiver.
public struct WebhookMessage: Sendable {
    /// The most entries of one message.
    static let maximumChanges = 100

    public let id: String
    public let kind: WebhookAttempt.Kind
    public let webhook: WebhookID
    /// When the last of its changes happened, or when it was made.
    public let date: Timestamp
    public let changes: [RecordedChange]
    /// Where a client of `GET /v1/changes` continues who has the message.
    public let next: Cursor

    /// Entries of the feed, of which there is at least one. Equal entries make an equal id, so that a receiver knows a
    /// message that it gets once more.
    static func changes(_ changes: [RecordedChange], next: Cursor, of webhook: Webhook) throws -> WebhookMessage {
        let parts = changes.map { "\($0.kind.rawValue) \($0.id) \($0.cursor)" }
        return WebhookMessage(
            id: try id([webhook.id.description] + parts), kind: .changes, webhook: webhook.id,
            date: changes.last?.date ?? .now, changes: changes, next: next)
    }

    static func reset(_ webhook: Webhook) throws -> WebhookMessage {
        let date = webhook.dateReset ?? webhook.dateModified
        return WebhookMessage(
            id: try id([webhook.id.description, "reset", date.description]), kind: .reset, webhook: webhook.id,
            date: date, changes: [], next: webhook.cursor)
    }

    static func ping(_ webhook: Webhook, now: Timestamp) throws -> WebhookMessage {
        WebhookMessage(
            id: try id([UniqueID().description]), kind: .ping, webhook: webhook.id, date: now, changes: [],
            next: webhook.cursor)
    }

    private static func id(_ parts: [String]) throws -> String {
        let digest = try StreamDigest(.sha256)
        try digest.update(Array(parts.joined(separator: "\n").utf8))
        return "msg_" + Base64URL.encode(Array(try digest.finish().prefix(18)))
    }
}

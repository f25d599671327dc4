public import Domain

/// A request to a receiver.
public struct WebhookRequest: Sendable {
    public let address: WebhookAddress
    /// The fields that every receiver of a message needs, beside the type of the body.
    public let fields: [(name: String, value: String)]
    /// JSON.
    public let body: [UInt8]
}

/// What a receiver has answered.
public struct WebhookAnswer: Sendable, Hashable {
    public let status: Int
    /// How many seconds it wants to be left alone.
    public let retryAfter: Double?

    public init(status: Int, retryAfter: Double? = nil) { (self.status, self.retryAfter) = (status, retryAfter) }
}

/// Why there is no answer, in a sentence for the owner of the webhook.
public struct WebhookSendingError: Error, Hashable {
    public let reason: String

    public init(_ reason: String) { self.reason = reason }
}

/// Sends requests to receivers, within bounds of time and bytes.
public protocol WebhookSender: Sendable {
    /// Sends a request once.
    ///
    /// - Throws: `WebhookSendingError`; `CancellationError`.
    func send(_ request: WebhookRequest) async throws -> WebhookAnswer

    /// Looks whether an address may be sent to, as far as that can be known now. It is looked at again whenever something is
    /// sent.
    ///
    /// - Throws: `WebhookSendingError`.
    func check(_ address: WebhookAddress) async throws

    /// Ends what is under way.
    func close() async
}

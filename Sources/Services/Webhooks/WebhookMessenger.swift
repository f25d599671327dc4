internal import CatalogStorage
internal import Domain

/// Sends messages, and says what came of it.
struct WebhookMessenger: Sendable {
    /// A message that was sent, and the answer.
    struct Sent: Sendable {
        let message: WebhookMessage
        let date: Timestamp
        let milliseconds: Int64
        let answer: WebhookAnswer?
        /// Why it counts as a failure.
        let error: String?

        func attempt(retryAt: Timestamp?) -> WebhookAttempt {
            WebhookAttempt(
                message: message.id, kind: message.kind, date: date, milliseconds: milliseconds,
                status: answer?.status, error: error, changeCount: message.changes.count, retryAt: retryAt)
        }
    }

    let repository: Repository
    let sender: any WebhookSender
    let encode: @Sendable (WebhookMessage) throws -> [UInt8]

    /// - Throws: `CancellationError`, and what reading the secrets throws.
    func send(_ message: WebhookMessage, to webhook: Webhook, now: Timestamp) async throws -> Sent {
        guard let secrets = try await repository.catalog.webhookSecrets(webhook.id, now: now) else {
            throw ServiceError(.notFound, "There is no such webhook.")
        }
        let body = try encode(message)
        let request = WebhookRequest(
            address: webhook.terms.address, fields: try WebhookSigning.fields(message.id, body, at: now, secrets),
            body: body)
        let begin = ContinuousClock.now
        var answer: WebhookAnswer?
        var error: String?
        do {
            let received = try await sender.send(request)
            (answer, error) = (received, received.error)
        } catch let failure as WebhookSendingError {
            error = failure.reason
        }
        let milliseconds = (ContinuousClock.now - begin) / .milliseconds(1)
        return Sent(
            message: message, date: now, milliseconds: Int64(milliseconds), answer: answer, error: error)
    }
}

extension WebhookAnswer {
    /// Why the answer counts as a failure; nil if it does not.
    fileprivate var error: String? {
        switch status {
        case 200..<300: nil
        case 300..<400: "The answer was \(status): redirects are not followed."
        default: "The answer was \(status)."
        }
    }
}

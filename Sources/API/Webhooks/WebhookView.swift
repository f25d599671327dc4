internal import Domain

/// A webhook as JSON.
struct WebhookView: Encodable {
    private let webhook: Webhook
    private let secret: String?

    /// - Parameter secret: nil if it is not told.
    init(_ webhook: Webhook, secret: String? = nil) { (self.webhook, self.secret) = (webhook, secret) }

    enum CodingKeys: String, CodingKey {
        case id, address, kinds, description, all, enabled, failures, secret
        case disabledReason = "disabled_reason"
        case dateDisabled = "date_disabled"
        case failingSince = "failing_since"
        case nextAttempt = "next_attempt"
        case lastDelivered = "last_delivered"
        case dateReset = "date_reset"
        case dateCreated = "date_created"
        case dateModified = "date_modified"
    }

    func encode(to encoder: any Encoder) throws {
        let (terms, failures) = (webhook.terms, webhook.failures)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(webhook.id, forKey: .id)
        try container.encode(terms.address.description, forKey: .address)
        try container.encode(terms.kinds.map(Self.words), forKey: .kinds)
        try container.encode(terms.description, forKey: .description)
        try container.encode(webhook.seesAll, forKey: .all)
        try container.encode(webhook.end == nil, forKey: .enabled)
        try container.encode(webhook.end?.reason, forKey: .disabledReason)
        try container.encode(webhook.end?.date, forKey: .dateDisabled)
        try container.encode(failures.count, forKey: .failures)
        try container.encode(failures.since, forKey: .failingSince)
        try container.encode(failures.retryAt, forKey: .nextAttempt)
        try container.encode(webhook.lastDelivered, forKey: .lastDelivered)
        try container.encode(webhook.dateReset, forKey: .dateReset)
        try container.encode(webhook.dateCreated, forKey: .dateCreated)
        try container.encode(webhook.dateModified, forKey: .dateModified)
        try container.encodeIfPresent(secret, forKey: .secret)
    }

    private static func words(_ kinds: Set<RecordedChange.Kind>) -> [String] {
        RecordedChange.Kind.allCases.filter(kinds.contains).map(\.rawValue)
    }
}

/// An attempt to deliver as JSON.
struct DeliveryView: Encodable {
    let attempt: WebhookAttempt

    enum CodingKeys: String, CodingKey {
        case id, type, date, milliseconds, status, error, changes
        case nextAttempt = "next_attempt"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(attempt.message, forKey: .id)
        try container.encode(attempt.kind.rawValue, forKey: .type)
        try container.encode(attempt.date, forKey: .date)
        try container.encode(attempt.milliseconds, forKey: .milliseconds)
        try container.encode(attempt.status, forKey: .status)
        try container.encode(attempt.error, forKey: .error)
        try container.encode(attempt.changeCount, forKey: .changes)
        try container.encode(attempt.retryAt, forKey: .nextAttempt)
    }
}

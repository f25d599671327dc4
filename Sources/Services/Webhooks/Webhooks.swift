internal import CatalogStorage
public import Domain
internal import Runtime

/// Webhooks as their accounts see them: made, found, changed, tried and removed (`docs/decisions/0064`).
public struct Webhooks: Sendable {
    /// How many webhooks are tried by their accounts at once.
    public static let testsAtOnce = 4

    let repository: Repository
    let messenger: WebhookMessenger
    /// Signals that there may be webhooks where there were none, or that one is due.
    let wakeUp = ChangeSignal()
    /// The accounts whose webhooks are being tried.
    private let trying = Locked<Set<AccountID>>([])

    /// - Parameter encode: writes messages as JSON.
    public init(
        repository: Repository, sender: any WebhookSender,
        encode: @escaping @Sendable (WebhookMessage) throws -> [UInt8]
    ) {
        self.repository = repository
        messenger = WebhookMessenger(repository: repository, sender: sender, encode: encode)
    }

    /// A webhook and, if it has just been made, its secret.
    public struct Issued: Sendable {
        public let webhook: Webhook
        /// Nil if it stays as it was.
        public let secret: String?
    }

    /// Adds a webhook, which is told what happens from now on to the images that the viewer sees.
    ///
    /// - Throws: `invalid`; `forbidden` for a viewer who may not read; `conflict` if there are too many.
    public func make(_ terms: WebhookTerms, for viewer: Viewer) async throws -> Issued {
        let (account, id) = (try viewer.owner(), WebhookID())
        guard viewer.mayRead else {
            throw ServiceError(.forbidden, "A webhook tells what reading tells: the token lacks the scope 'read'.")
        }
        let terms = try terms.validated()
        try await check(terms.address)
        let secret = try WebhookSigning.makeSecret()
        try await repository.catalog.addWebhook(
            id, account: account, terms, seesAll: viewer.isAdmin, secret: secret)
        wakeUp.signal()
        return Issued(webhook: try await webhook(id, for: viewer), secret: WebhookSigning.text(of: secret))
    }

    /// The viewer's webhooks, the oldest first.
    public func list(for viewer: Viewer) async throws -> [Webhook] {
        try await repository.catalog.webhooks(of: try viewer.owner())
    }

    /// - Throws: `notFound` for a webhook of somebody else, too.
    public func webhook(_ id: WebhookID, for viewer: Viewer) async throws -> Webhook {
        let account = try viewer.owner()
        guard let webhook = try await repository.catalog.webhook(id), webhook.account == account else {
            throw Self.notFound
        }
        return webhook
    }

    /// Changes a webhook.
    ///
    /// - Throws: `notFound`; `invalid`; `forbidden` if it tells more than the viewer may see.
    public func update(_ id: WebhookID, _ changes: WebhookChanges, for viewer: Viewer) async throws -> Issued {
        let webhook = try await changeable(id, for: viewer)
        var changes = changes
        let terms = try changes.applied(to: webhook.terms).validated()
        if changes.description != nil { changes.description = terms.description }
        if let address = changes.address { try await check(address) }
        let secret = changes.rotatesSecret ? try WebhookSigning.makeSecret() : nil
        let isKnown = try await repository.catalog.updateWebhook(
            id, changes, secret: secret, reason: "Its account has disabled it.")
        guard isKnown else { throw Self.notFound }
        wakeUp.signal()
        return Issued(
            webhook: try await self.webhook(id, for: viewer), secret: secret.map(WebhookSigning.text))
    }

    /// Removes a webhook. Nothing is sent any more, but for what is under way.
    public func remove(_ id: WebhookID, for viewer: Viewer) async throws {
        _ = try await webhook(id, for: viewer)
        guard try await repository.catalog.deleteWebhook(id) else { throw Self.notFound }
    }

    /// The last attempts, the newest first.
    public func attempts(of id: WebhookID, for viewer: Viewer) async throws -> [WebhookAttempt] {
        _ = try await webhook(id, for: viewer)
        return try await repository.catalog.attempts(of: id)
    }

    /// Sends a message without changes at once, whether the webhook is enabled or not.
    ///
    /// - Returns: what came of it.
    /// - Throws: `throttled` while the account tries another one.
    public func test(_ id: WebhookID, for viewer: Viewer) async throws -> WebhookAttempt {
        let webhook = try await changeable(id, for: viewer)
        let isFree = trying.withLock { $0.count < Self.testsAtOnce && $0.insert(webhook.account).inserted }
        guard isFree else {
            throw ServiceError(
                .throttled(seconds: 10), "The account, or several others, are trying a webhook already: wait a moment.")
        }
        defer { trying.withLock { _ = $0.remove(webhook.account) } }
        let sent = try await messenger.send(try WebhookMessage.ping(webhook, now: .now), to: webhook, now: .now)
        let attempt = sent.attempt(retryAt: nil)
        try await repository.catalog.addAttempt(attempt, of: id)
        return attempt
    }

    /// A webhook that the viewer may change: whoever changes where it sends gets what it tells.
    private func changeable(_ id: WebhookID, for viewer: Viewer) async throws -> Webhook {
        let webhook = try await webhook(id, for: viewer)
        guard !webhook.seesAll || viewer.isAdmin else {
            throw ServiceError(
                .forbidden, "The webhook tells of the images of all accounts: the token lacks the scope 'admin'.")
        }
        guard viewer.mayRead else {
            throw ServiceError(.forbidden, "A webhook tells what reading tells: the token lacks the scope 'read'.")
        }
        return webhook
    }

    private func check(_ address: WebhookAddress) async throws {
        do {
            try await messenger.sender.check(address)
        } catch let error as WebhookSendingError {
            throw ServiceError(.invalid, field: "address", error.reason)
        }
    }

    private static let notFound = ServiceError(.notFound, "There is no such webhook.")
}

extension WebhookTerms {
    /// The terms as they are kept.
    ///
    /// - Throws: `invalid` if a bound is exceeded.
    fileprivate func validated() throws -> WebhookTerms {
        var terms = self
        terms.description = description.trimmed
        guard terms.description.count <= 200 else {
            throw ServiceError(
                .invalid, field: "description", "The description of a webhook has at most 200 characters.")
        }
        guard kinds.map({ !$0.isEmpty }) ?? true else {
            throw ServiceError(.invalid, field: "kinds", "Give at least one kind, or null for all.")
        }
        return terms
    }
}

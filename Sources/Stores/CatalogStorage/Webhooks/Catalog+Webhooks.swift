public import Domain
internal import SQL

extension Catalog {
    /// Adds a webhook, which is told what happens from now on.
    ///
    /// - Parameter seesAll: whether it reads the feed as an admin.
    /// - Throws: `CatalogError` with the code `tooManyWebhooks`.
    public func addWebhook(
        _ id: WebhookID, account: AccountID, _ terms: WebhookTerms, seesAll: Bool, secret: [UInt8],
        now: Timestamp = .now
    ) async throws {
        try await database.write { session in
            let count = try session.integer("SELECT count(*) FROM webhooks WHERE account = \(account)")
            guard count < Webhook.maximumCount else {
                throw CatalogError(.tooManyWebhooks, "the account has as many webhooks as it may")
            }
            let last = try ChangeRows.last(session)
            try session.execute(
                """
                INSERT INTO webhooks (id, job_key, account, address, kinds, description, secret, sees_all, position,
                    position_date, date_created, date_modified)
                VALUES (\(id), \(Job.Work.deliver(id).uniqueKey(owner: nil)), \(account), \(terms.address.description), \(WebhookRows.text(of: terms.kinds)),
                    \(terms.description), \(secret), \(seesAll), \(last.sequence), \(last.date), \(now), \(now))
                """)
        }
    }

    public func webhook(_ id: WebhookID) async throws -> Webhook? {
        try await database.read { session in try WebhookRows.webhook(id, session) }
    }

    /// The webhooks of an account, the oldest first.
    public func webhooks(of account: AccountID) async throws -> [Webhook] {
        try await database.read { session in
            try session.all(
                "\(sql: WebhookRows.selection) WHERE webhooks.account = \(account) ORDER BY webhooks.seq",
                WebhookRows.read)
        }
    }

    /// The last attempts of a webhook, the newest first: at most `Webhook.keptAttempts`.
    public func attempts(of id: WebhookID) async throws -> [WebhookAttempt] {
        try await database.read { session in
            try session.all(
                """
                SELECT message, kind, date, milliseconds, status, error, changes, retry_at FROM webhook_attempts
                WHERE webhook = (SELECT seq FROM webhooks WHERE id = \(id)) ORDER BY seq DESC
                """, WebhookRows.readAttempt)
        }
    }

    /// Records an attempt that moves nothing on.
    public func addAttempt(_ attempt: WebhookAttempt, of id: WebhookID) async throws {
        try await database.write { session in try WebhookRows.add(attempt, of: id, session) }
    }

    /// The secrets that sign what a webhook sends; nil if it does not exist.
    public func webhookSecrets(_ id: WebhookID, now: Timestamp = .now) async throws -> WebhookSecrets? {
        try await database.read { session in
            try session.first(
                """
                SELECT secret, CASE WHEN former_until > \(now) THEN former_secret END AS former
                FROM webhooks WHERE id = \(id)
                """
            ) { WebhookSecrets(current: try $0.blob("secret"), former: try $0.blobIfPresent("former")) }
        }
    }

    /// Changes a webhook. If it is enabled afterwards, it is tried again at once: from where it has stopped or, if the
    /// changes since are not known any more, from now on.
    ///
    /// - Parameters:
    ///   - secret: the one that replaces the former, which signs for a while, too; nil for none.
    ///   - reason: why it is disabled, if it is.
    /// - Returns: false if it does not exist.
    public func updateWebhook(
        _ id: WebhookID, _ changes: WebhookChanges, secret: [UInt8]?, reason: String, now: Timestamp = .now
    ) async throws -> Bool {
        try await database.write { session in
            guard let webhook = try WebhookRows.webhook(id, session) else { return false }
            let terms = changes.applied(to: webhook.terms)
            try session.execute(
                """
                UPDATE webhooks SET address = \(terms.address.description), kinds = \(WebhookRows.text(of: terms.kinds)),
                    description = \(terms.description), date_modified = \(now) WHERE id = \(id)
                """)
            if let secret {
                try session.execute(
                    """
                    UPDATE webhooks SET former_secret = secret, secret = \(secret),
                        former_until = \(now.advanced(bySeconds: Webhook.formerSecretSeconds))
                    WHERE id = \(id)
                    """)
            }
            if changes.isEnabled == false {
                if webhook.end == nil { try Self.disable(id, reason, now, session) }
                try WebhookRows.removeJob(id, session)
            } else if changes.isEnabled == true || changes.address != nil {
                try Self.tryAgain(webhook, isEnabled: changes.isEnabled == true, now, session)
            }
            return true
        }
    }

    static func disable(_ id: WebhookID, _ reason: String, _ now: Timestamp, _ session: any SQLSession) throws {
        try session.execute(
            """
            UPDATE webhooks SET date_disabled = \(now), disabled_reason = \(reason), retry_at = NULL WHERE id = \(id)
            """)
    }

    private static func tryAgain(
        _ webhook: Webhook, isEnabled: Bool, _ now: Timestamp, _ session: any SQLSession
    ) throws {
        if isEnabled {
            try session.execute(
                "UPDATE webhooks SET date_disabled = NULL, disabled_reason = NULL WHERE id = \(webhook.id)")
        }
        try session.execute(
            "UPDATE webhooks SET failures = 0, failing_since = NULL, retry_at = NULL WHERE id = \(webhook.id)")
        try WebhookRows.removeJob(webhook.id, session)
        let reader = ChangeReader(account: webhook.account, isAdmin: webhook.seesAll)
        do {
            try ChangeRows.require(
                reader.position(webhook.cursor), before: ChangeRows.last(session), now: now, session)
        } catch let error as CatalogError where [.outdatedCursor, .futureCursor].contains(error.code) {
            try WebhookRows.reset(webhook.id, now: now, session)
        }
    }

    /// Removes a webhook, and what it has to send. False if there is none.
    public func deleteWebhook(_ id: WebhookID) async throws -> Bool {
        try await database.write { session in
            try WebhookRows.removeJob(id, session)
            return try session.execute("DELETE FROM webhooks WHERE id = \(id)") > 0
        }
    }
}

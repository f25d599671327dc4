public import Domain
internal import SQL

/// What a worker has done for a webhook.
public struct DeliveryOutcome: Sendable {
    public enum Result: Sendable {
        /// The receiver has everything up to the cursor.
        case delivered(Cursor, hasMore: Bool)
        /// There was nothing to tell up to the cursor.
        case nothing(Cursor, hasMore: Bool)
        /// It has to be sent again.
        case failed(retryAt: Timestamp)
        /// It is not sent again.
        case givenUp(reason: String)
    }

    public let webhook: WebhookID
    /// From where the worker has read.
    public let start: Cursor
    /// Nil if nothing was sent.
    public let attempt: WebhookAttempt?
    public let result: Result

    public init(webhook: WebhookID, start: Cursor, attempt: WebhookAttempt?, result: Result) {
        (self.webhook, self.start, self.attempt, self.result) = (webhook, start, attempt, result)
    }
}

extension Catalog {
    /// Whether any webhook is enabled.
    public func hasWebhooks() async throws -> Bool {
        try await database.read { session in
            try session.exists("SELECT 1 FROM webhooks WHERE date_disabled IS NULL")
        }
    }

    /// Queues a job for each webhook that has something to be told, and has none. Nothing is written if there is none.
    ///
    /// - Parameter limit: for how many at most; the others have their turn next time.
    public func enqueueDeliveries(limit: Int = 200, now: Timestamp = .now) async throws {
        let isAny = try await database.read { session in
            try session.exists("SELECT 1 \(sql: WebhookRows.served) AND \(sql: Self.isDue)")
        }
        guard isAny else { return }
        try await database.write { session in
            let due = try session.all(
                """
                SELECT webhooks.id, webhooks.account \(sql: WebhookRows.served) AND \(sql: Self.isDue)
                ORDER BY webhooks.position LIMIT \(limit)
                """
            ) { (id: try $0.identity(0, as: WebhookID.self), account: try $0.identity(1, as: AccountID.self)) }
            let queue = JobQueue(session, now: now)
            for (id, account) in due { _ = try queue.enqueue(.deliver(id), owner: account) }
        }
    }

    /// When the next queued delivery may begin; nil if there is none.
    public func nextDelivery() async throws -> Timestamp? {
        try await database.read { session in
            try session.first(
                """
                SELECT run_after FROM jobs WHERE state = 'queued' AND lane = \(JobLane.deliveries.rawValue)
                ORDER BY run_after LIMIT 1
                """
            ) { try $0.timestamp(0) }
        }
    }

    /// A webhook, if it is to be served.
    public func servedWebhook(_ id: WebhookID) async throws -> Webhook? {
        try await database.read { session in
            guard
                try session.exists("SELECT 1 \(sql: WebhookRows.served) AND webhooks.id = \(id)")
            else { return nil }
            return try WebhookRows.webhook(id, session)
        }
    }

    /// Moves a webhook whose cursor is outdated to the end of the feed, and owes its receiver word of that.
    public func resetWebhook(_ id: WebhookID, now: Timestamp = .now) async throws {
        try await database.write { session in try WebhookRows.reset(id, now: now, session) }
    }

    /// Records what a worker has done, and ends or repeats its job, in one transaction.
    ///
    /// - Returns: false, without any change, if the worker has lost its lease.
    public func record(
        _ outcome: DeliveryOutcome, job: JobID, worker: String, now: Timestamp = .now
    ) async throws -> Bool {
        try await database.write { session in
            guard try JobRows.isLeased(job, to: worker, session) else { return false }
            let id = outcome.webhook
            if let attempt = outcome.attempt { try WebhookRows.add(attempt, of: id, session) }
            switch outcome.result {
            case .delivered(let end, let hasMore):
                try session.execute(
                    """
                    UPDATE webhooks SET failures = 0, failing_since = NULL, retry_at = NULL, last_delivered = \(now)
                    WHERE id = \(id)
                    """)
                try Self.move(outcome, to: end, session)
                try Self.finish(job, isDone: !hasMore, now, session)
            case .nothing(let end, let hasMore):
                try Self.move(outcome, to: end, session)
                try Self.finish(job, isDone: !hasMore, now, session)
            case .failed(let retryAt):
                try session.execute(
                    """
                    UPDATE webhooks SET failures = failures + 1, failing_since = coalesce(failing_since, \(now)),
                        retry_at = \(retryAt)
                    WHERE id = \(id)
                    """)
                try session.execute(
                    """
                    UPDATE jobs SET state = 'queued', error = \(outcome.attempt?.error), worker = NULL,
                        lease_until = NULL, run_after = \(retryAt), date_updated = \(now)
                    WHERE id = \(job)
                    """)
            case .givenUp(let reason):
                try session.execute("UPDATE webhooks SET failures = failures + 1 WHERE id = \(id)")
                try Self.disable(id, reason, now, session)
                try Self.finish(job, isDone: true, now, session)
            }
            return true
        }
    }

    /// Moves a webhook on, unless it has been moved meanwhile.
    private static func move(_ outcome: DeliveryOutcome, to end: Cursor, _ session: any SQLSession) throws {
        guard let webhook = try WebhookRows.webhook(outcome.webhook, session), webhook.cursor == outcome.start else {
            return
        }
        let position = try ChangeReader(account: webhook.account, isAdmin: webhook.seesAll).position(end)
        try session.execute(
            """
            UPDATE webhooks SET position = \(position.sequence), position_date = \(position.date),
                position_image = \(position.image)
            WHERE id = \(outcome.webhook)
            """)
        if outcome.attempt?.kind == .reset {
            try session.execute("UPDATE webhooks SET owes_reset = 0 WHERE id = \(outcome.webhook)")
        }
    }

    private static func finish(_ job: JobID, isDone: Bool, _ now: Timestamp, _ session: any SQLSession) throws {
        if !isDone {
            try JobRows.queueAgain(job, now: now, session)
        } else if let job = try JobRows.job(job, session) {
            try JobQueue(session, now: now).succeed(job)
        }
    }

    /// Moves webhooks to which nothing has happened to the end of the feed, so that their cursors do not grow old.
    public func moveIdleWebhooks() async throws {
        let isIdle: SQLQuery = "NOT (\(sql: Self.isBehind)) AND \(sql: Self.hasNoJob)"
        guard try await hasWebhooks() else { return }
        try await database.write { session in
            let last = try ChangeRows.last(session)
            try session.execute(
                """
                UPDATE webhooks SET position = \(last.sequence), position_date = \(last.date)
                WHERE date_disabled IS NULL AND position_image IS NULL AND owes_reset = 0 AND \(sql: isIdle)
                """)
        }
    }

    private static let isDue: SQLQuery = """
        (webhooks.owes_reset = 1 OR webhooks.position_image IS NOT NULL OR \(sql: isBehind)) AND \(sql: hasNoJob)
        """

    private static let hasNoJob: SQLQuery = """
        NOT EXISTS (SELECT 1 FROM jobs WHERE unique_key = webhooks.job_key AND state IN ('queued', 'running'))
        """

    /// Whether there are rows behind a webhook that may concern it: those that its reader looks at (`ChangeRows`).
    private static let isBehind: SQLQuery = """
        CASE webhooks.sees_all WHEN 1 THEN
            EXISTS (SELECT 1 FROM changes WHERE sequence > webhooks.position)
        ELSE
            EXISTS (SELECT 1 FROM changes WHERE account = webhooks.account AND sequence > webhooks.position)
            OR EXISTS (SELECT 1 FROM changes WHERE is_public = 1 AND sequence > webhooks.position)
            OR EXISTS (SELECT 1 FROM changes JOIN album_readers AS reading ON reading.album = changes.album
                WHERE changes.is_of_album = 1 AND changes.sequence > webhooks.position
                    AND reading.account = webhooks.account)
        END
        """
}

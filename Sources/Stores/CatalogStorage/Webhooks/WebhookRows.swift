internal import Domain
internal import SQL

/// Rows of `webhooks` and `webhook_attempts`.
enum WebhookRows {
    static let selection: SQLQuery = "SELECT \(sql: columns) FROM webhooks"

    private static let columns: SQLQuery = """
        webhooks.seq, webhooks.id, webhooks.account, webhooks.address, webhooks.kinds, webhooks.description,
        webhooks.sees_all, webhooks.position, webhooks.position_date, webhooks.position_image, webhooks.owes_reset,
        webhooks.date_reset, webhooks.date_disabled, webhooks.disabled_reason, webhooks.failures,
        webhooks.failing_since, webhooks.retry_at, webhooks.last_delivered, webhooks.date_created,
        webhooks.date_modified
        """

    /// Those that are served: enabled ones of accounts that are enabled.
    static let served: SQLQuery = """
        FROM webhooks JOIN accounts ON accounts.id = webhooks.account
        WHERE webhooks.date_disabled IS NULL AND accounts.is_disabled = 0
        """

    static func read(_ row: SQLRow) throws -> Webhook {
        func moment(_ column: SQLColumn) throws -> Timestamp? {
            try row.integerIfPresent(column).map(Timestamp.init(microseconds:))
        }
        guard let address = try? WebhookAddress(row.text("address")) else { throw row.malformed("address") }
        let terms = WebhookTerms(
            address: address, kinds: try row.textIfPresent("kinds").map { try kinds($0, row) },
            description: try row.text("description"))
        let reader = ChangeReader(account: try row.identity("account"), isAdmin: try row.boolean("sees_all"))
        let position = ChangePosition(
            sequence: try row.integer("position"), date: try row.integer("position_date"),
            image: try row.integerIfPresent("position_image"))
        return Webhook(
            id: try row.identity("id"), account: try row.identity("account"), terms: terms, seesAll: reader.isAdmin,
            cursor: reader.cursor(position), owesReset: try row.boolean("owes_reset"),
            dateReset: try moment("date_reset"),
            end: try moment("date_disabled").map {
                WebhookEnd(date: $0, reason: try row.textIfPresent("disabled_reason") ?? "")
            },
            failures: WebhookFailures(
                count: try row.int("failures"), since: try moment("failing_since"), retryAt: try moment("retry_at")),
            lastDelivered: try moment("last_delivered"), dateCreated: try row.timestamp("date_created"),
            dateModified: try row.timestamp("date_modified"))
    }

    private static func kinds(_ text: String, _ row: SQLRow) throws -> Set<RecordedChange.Kind> {
        let kinds = text.split(separator: ",").map { RecordedChange.Kind(rawValue: String($0)) }
        guard !kinds.contains(nil) else { throw row.malformed("kinds") }
        return Set(kinds.compactMap(\.self))
    }

    static func text(of kinds: Set<RecordedChange.Kind>?) -> String? {
        kinds.map { $0.map(\.rawValue).sorted().joined(separator: ",") }
    }

    static func webhook(_ id: WebhookID, _ session: any SQLSession) throws -> Webhook? {
        try session.first("\(sql: selection) WHERE webhooks.id = \(id)", read)
    }

    /// Moves a webhook to the end of the feed, and owes its receiver word of that.
    static func reset(_ id: WebhookID, now: Timestamp, _ session: any SQLSession) throws {
        let last = try ChangeRows.last(session)
        try session.execute(
            """
            UPDATE webhooks SET owes_reset = 1, date_reset = \(now), position = \(last.sequence),
                position_date = \(last.date), position_image = NULL
            WHERE id = \(id)
            """)
    }

    /// Removes the job of a webhook, whatever its state: a worker that has it loses its lease.
    static func removeJob(_ id: WebhookID, _ session: any SQLSession) throws {
        try session.execute("DELETE FROM jobs WHERE unique_key = \(Job.Work.deliver(id).uniqueKey(owner: nil))")
    }

    static func add(_ attempt: WebhookAttempt, of id: WebhookID, _ session: any SQLSession) throws {
        try session.execute(
            """
            INSERT INTO webhook_attempts (webhook, message, kind, date, milliseconds, status, error, changes, retry_at)
            SELECT seq, \(attempt.message), \(attempt.kind), \(attempt.date), \(attempt.milliseconds),
                \(attempt.status.map(Int64.init)), \(attempt.error), \(attempt.changeCount), \(attempt.retryAt)
            FROM webhooks WHERE id = \(id)
            """)
        try session.execute(
            """
            DELETE FROM webhook_attempts WHERE webhook = (SELECT seq FROM webhooks WHERE id = \(id)) AND seq <= (
                SELECT seq FROM webhook_attempts WHERE webhook = (SELECT seq FROM webhooks WHERE id = \(id))
                ORDER BY seq DESC LIMIT 1 OFFSET \(Webhook.keptAttempts))
            """)
    }

    static func readAttempt(_ row: SQLRow) throws -> WebhookAttempt {
        WebhookAttempt(
            message: try row.text("message"), kind: try row.word("kind"), date: try row.timestamp("date"),
            milliseconds: try row.integer("milliseconds"), status: try row.integerIfPresent("status").map(Int.init),
            error: try row.textIfPresent("error"), changeCount: try row.int("changes"),
            retryAt: try row.integerIfPresent("retry_at").map(Timestamp.init(microseconds:)))
    }
}

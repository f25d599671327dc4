internal import Domain
internal import HTTPTypes
internal import Runtime
internal import Services
internal import Telemetry

/// Something that the security of the server depends on.
enum SecurityEvent: String, Sendable {
    case login
    /// Credentials with a request that are refused, or are not sufficient for it.
    case credentials
    case sessionRefresh = "session-refresh"
    case sessionEnd = "session-end"
    case tokenIssue = "token-issue"
    case tokenRevocation = "token-revocation"
    case registration
    case invitation
    case accountChange = "account-change"
    case accountRemoval = "account-removal"
    case passwordChange = "password-change"
    case imageTransfer = "image-transfer"
    case imageDeletion = "image-deletion"
    case visibilityChange = "visibility-change"
    case albumSharing = "album-sharing"
    case sharing
    case shareAccess = "share-access"
    case signature
    case webhook
}

/// The security events of one request, which are logged with its outcome.
final class AuditTrail: Sendable {
    private struct Entry: Sendable {
        let event: SecurityEvent
        let subject: String
        let onlyIfRefused: Bool
    }

    private let entries = Locked<[Entry]>([])

    /// Notes that the request attempts something.
    ///
    /// - Parameters:
    ///   - subject: what it is attempted on, such as a handle or an image.
    ///   - onlyIfRefused: whether a success need not be logged.
    func note(_ event: SecurityEvent, _ subject: String, onlyIfRefused: Bool = false) {
        entries.withLock {
            $0.append(Entry(event: event, subject: String(subject.prefix(200)), onlyIfRefused: onlyIfRefused))
        }
    }

    /// Logs the events: a refusal is a warning.
    func log(_ status: HTTPStatus, of request: HTTPRequest, by viewer: Viewer, to log: Logger) {
        let isRefused = status.code >= 400
        for entry in entries.withLock({ $0 }) where isRefused || !entry.onlyIfRefused {
            log.log(
                isRefused ? .warning : .info, "security",
                [
                    "event": .text(entry.event.rawValue), "subject": .text(entry.subject),
                    "outcome": .text(isRefused ? "refused" : "done"), "status": .number(Int64(status.code)),
                    "account": .text(viewer.logName), "address": .text(request.origin.client),
                    "request": .text(request.id),
                ])
        }
    }
}

extension Viewer {
    /// The viewer in the log.
    var logName: String {
        func name(_ account: AccountID?) -> String { account.map { $0 == .root ? "root" : "\($0)" } ?? "none" }
        return agent.map { "\(name($0)) for \(name(account))" } ?? name(account)
    }
}

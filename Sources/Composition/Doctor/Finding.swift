/// What the doctor has found out about one part of an installation.
public struct Finding: Sendable, Hashable, Encodable {
    public enum Status: String, Sendable, Encodable {
        case ok
        /// It works, but not as well or as safely as it could.
        case warning
        /// It does not work, or will not.
        case problem
    }

    /// The part that was looked at, such as `free space`.
    public let check: String
    public let status: Status
    /// What was found.
    public let message: String
    /// What to do about it; nil if there is nothing to do.
    public let advice: String?

    static func ok(_ check: String, _ message: String) -> Finding {
        Finding(check: check, status: .ok, message: message, advice: nil)
    }

    static func warning(_ check: String, _ message: String, _ advice: String) -> Finding {
        Finding(check: check, status: .warning, message: message, advice: advice)
    }

    static func problem(_ check: String, _ message: String, _ advice: String) -> Finding {
        Finding(check: check, status: .problem, message: message, advice: advice)
    }
}

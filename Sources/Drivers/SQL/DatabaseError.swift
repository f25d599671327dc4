/// An error of a database.
public struct DatabaseError: Error, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// Another process held a lock for longer than the time limit: try again.
        case busy
        /// The queue is full: try again later.
        case overloaded
        /// A row would violate a constraint of the schema, such as a unique index.
        case constraint
        /// The disk is full, or the database has reached its maximum size.
        case full
        /// The stored database is corrupt.
        case corrupt
        /// A newer version of this software made the schema.
        case newerSchema
        /// Reading or writing failed.
        case io
        /// The database or this session is read-only.
        case readOnly
        /// A row does not have the expected column or type.
        case mismatch
        /// The database is closed.
        case closed
        /// The statement is invalid: a programming error.
        case misuse
    }

    public let code: Code
    /// For people and logs. It contains no bound values.
    public let message: String
    /// The driver's error number, if it has one.
    public let driverCode: Int?

    public init(_ code: Code, _ message: String, driverCode: Int? = nil) {
        (self.code, self.message, self.driverCode) = (code, message, driverCode)
    }

    public var description: String {
        "\(code.rawValue): \(message)" + (driverCode.map { " (\($0))" } ?? "")
    }
}

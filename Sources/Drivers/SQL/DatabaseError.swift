/// What can go wrong with a database.
public struct DatabaseError: Error, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// Someone else holds the lock for longer than one may wait: try again.
        case busy
        /// Too much work waits already: try again later.
        case overloaded
        /// A row would break a rule of the schema, such as a unique index.
        case constraint
        /// There is no room left on the disk, or the database has reached its bound.
        case full
        /// The stored form makes no sense.
        case corrupt
        /// The schema is of a newer version of this software.
        case newerSchema
        /// The system could not read or write.
        case io
        /// The database, or this session, must not be written.
        case readOnly
        /// A row has not the column or the type that was expected.
        case mismatch
        /// The database is closed.
        case closed
        /// The statement is wrong: a mistake of the program.
        case misuse
    }

    public let code: Code
    /// For people and logs; holds no bound values.
    public let message: String
    /// The driver's own number of the error, if it has one.
    public let driverCode: Int?

    public init(_ code: Code, _ message: String, driverCode: Int? = nil) {
        (self.code, self.message, self.driverCode) = (code, message, driverCode)
    }

    public var description: String {
        "\(code.rawValue): \(message)" + (driverCode.map { " (\($0))" } ?? "")
    }
}

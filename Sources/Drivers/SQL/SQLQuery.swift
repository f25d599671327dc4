/// An SQL statement with its values.
///
/// It is written as a string literal whose interpolations bind values, so that input can never become SQL.
///
///     let query: SQLQuery = "SELECT title FROM images WHERE id = \(id) AND bytes > \(1000)"
///
/// `\(sql: fragment)` inserts a fragment. The literal parts must not contain `?`, which marks the place of a value. A
/// driver may replace it with its own placeholder.
public struct SQLQuery: Sendable, ExpressibleByStringInterpolation {
    /// The statement with a `?` for each value.
    public private(set) var text: String
    /// The values in the order of their placeholders.
    public private(set) var values: [SQLValue]

    public init(stringLiteral value: StaticString) {
        text = value.description
        values = []
    }

    public init(stringInterpolation interpolation: StringInterpolation) {
        text = interpolation.text
        values = interpolation.values
    }

    /// Concatenates fragments with a separator.
    public static func joined(_ fragments: [SQLQuery], by separator: StaticString) -> SQLQuery {
        var result: SQLQuery = ""
        for (index, fragment) in fragments.enumerated() {
            if index > 0 { result.text += separator.description }
            result.text += fragment.text
            result.values += fragment.values
        }
        return result
    }

    /// The parts of a literal: SQL, values to bind, and other queries.
    public struct StringInterpolation: StringInterpolationProtocol {
        var text = ""
        var values: [SQLValue] = []

        public init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount)
            values.reserveCapacity(interpolationCount)
        }

        public mutating func appendLiteral(_ literal: StaticString) { text += literal.description }

        public mutating func appendInterpolation(_ value: SQLValue) {
            text += "?"
            values.append(value)
        }

        public mutating func appendInterpolation(_ value: Int64) { appendInterpolation(.integer(value)) }
        public mutating func appendInterpolation(_ value: Int) { appendInterpolation(.integer(Int64(value))) }
        public mutating func appendInterpolation(_ value: Double) { appendInterpolation(.real(value)) }
        public mutating func appendInterpolation(_ value: String) { appendInterpolation(.text(value)) }
        public mutating func appendInterpolation(_ value: [UInt8]) { appendInterpolation(.blob(value)) }

        /// Binds the integer 1 for true and 0 for false.
        public mutating func appendInterpolation(_ value: Bool) { appendInterpolation(.integer(value ? 1 : 0)) }

        public mutating func appendInterpolation(_ value: Int64?) {
            appendInterpolation(value.map(SQLValue.integer) ?? .null)
        }

        public mutating func appendInterpolation(_ value: String?) {
            appendInterpolation(value.map(SQLValue.text) ?? .null)
        }

        public mutating func appendInterpolation(_ value: [UInt8]?) {
            appendInterpolation(value.map(SQLValue.blob) ?? .null)
        }

        /// Inserts another query with its values.
        public mutating func appendInterpolation(sql fragment: SQLQuery) {
            text += fragment.text
            values += fragment.values
        }
    }
}

/// A value that a statement binds or a row returns.
public enum SQLValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    /// Any Unicode text, including U+0000.
    case text(String)
    case blob([UInt8])
}

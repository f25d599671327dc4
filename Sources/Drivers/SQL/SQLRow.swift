/// The source of a row's values: the result of a driver, positioned at that row.
public protocol SQLRowSource {
    /// The number of columns.
    var columnCount: Int { get }
    /// The position of a column; nil if no column has that name.
    func position(of name: String) -> Int?
    /// The value at a position from 0 to `columnCount` − 1. Drivers return Boolean values as the integers 1 and 0.
    func value(at position: Int) -> SQLValue
}

/// A column, by name or by position from 0.
public enum SQLColumn: Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    case name(String)
    case position(Int)

    public init(stringLiteral value: String) { self = .name(value) }
    public init(integerLiteral value: Int) { self = .position(value) }
}

/// One row of a result, valid only within the body that receives it.
///
/// The accessors throw `DatabaseError` with the code `mismatch` if the column does not exist or has a value of another
/// type. Those that end in `IfPresent` return nil for NULL.
public struct SQLRow {
    private let source: any SQLRowSource

    public init(_ source: any SQLRowSource) { self.source = source }

    /// The value of any type.
    public func value(_ column: SQLColumn) throws(DatabaseError) -> SQLValue {
        switch column {
        case .position(let position) where (0..<source.columnCount).contains(position):
            return source.value(at: position)
        case .name(let name):
            if let position = source.position(of: name) { return source.value(at: position) }
            fallthrough
        default: throw DatabaseError(.mismatch, "the result has no column \(column)")
        }
    }

    public func integerIfPresent(_ column: SQLColumn) throws(DatabaseError) -> Int64? {
        switch try value(column) {
        case .integer(let number): return number
        case .null: return nil
        default: throw mismatch(column, "an integer")
        }
    }

    /// Integers are converted.
    public func realIfPresent(_ column: SQLColumn) throws(DatabaseError) -> Double? {
        switch try value(column) {
        case .real(let number): return number
        case .integer(let number): return Double(number)
        case .null: return nil
        default: throw mismatch(column, "a number")
        }
    }

    public func textIfPresent(_ column: SQLColumn) throws(DatabaseError) -> String? {
        switch try value(column) {
        case .text(let text): return text
        case .null: return nil
        default: throw mismatch(column, "text")
        }
    }

    public func blobIfPresent(_ column: SQLColumn) throws(DatabaseError) -> [UInt8]? {
        switch try value(column) {
        case .blob(let bytes): return bytes
        case .null: return nil
        default: throw mismatch(column, "bytes")
        }
    }

    public func integer(_ column: SQLColumn) throws(DatabaseError) -> Int64 {
        try present(column, try integerIfPresent(column))
    }

    public func real(_ column: SQLColumn) throws(DatabaseError) -> Double {
        try present(column, try realIfPresent(column))
    }

    public func text(_ column: SQLColumn) throws(DatabaseError) -> String {
        try present(column, try textIfPresent(column))
    }

    public func blob(_ column: SQLColumn) throws(DatabaseError) -> [UInt8] {
        try present(column, try blobIfPresent(column))
    }

    /// Whether an integer is not 0.
    public func boolean(_ column: SQLColumn) throws(DatabaseError) -> Bool { try integer(column) != 0 }

    private func present<Value>(_ column: SQLColumn, _ value: Value?) throws(DatabaseError) -> Value {
        guard let value else { throw mismatch(column, "a value") }
        return value
    }

    private func mismatch(_ column: SQLColumn, _ expected: String) -> DatabaseError {
        DatabaseError(.mismatch, "\(expected) was expected in the column \(column)")
    }
}

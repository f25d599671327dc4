/// A value that a statement binds or a row returns.
public enum SQLValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    /// Any Unicode text, including U+0000.
    case text(String)
    case blob([UInt8])
}

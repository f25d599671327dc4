/// A value as databases know it.
public enum SQLValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    /// Any Unicode text, U+0000 included.
    case text(String)
    case blob([UInt8])
}

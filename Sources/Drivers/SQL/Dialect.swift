/// The SQL dialect of a database, for the few statements that databases do not have in common.
public enum Dialect: String, Sendable, CaseIterable {
    case sqlite, postgres
}

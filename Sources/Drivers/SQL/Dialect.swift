/// Which database's SQL is spoken, for the few places where the languages differ.
public enum Dialect: String, Sendable, CaseIterable {
    case sqlite, postgres
}

/// The state of the catalogue at one moment: another version means that something was committed in between.
public struct CatalogVersion: Hashable, Sendable { let number: Int64 }

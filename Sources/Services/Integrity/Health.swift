internal import BlobStorage
internal import CatalogStorage

/// Whether the stores can be used right now.
public struct Health: Sendable {
    private static let minimumFreeBytes: Int64 = 64 << 20

    private let repository: Repository

    public init(repository: Repository) { self.repository = repository }

    /// What fails, by part; empty if nothing does.
    public func failures() async -> [String: String] {
        var failures: [String: String] = [:]
        do {
            _ = try await repository.catalog.statistics()
        } catch {
            failures["catalogue"] = "cannot be read"
        }
        do {
            let free = try await repository.store.freeBytes()
            if let free, free < Self.minimumFreeBytes { failures["store"] = "is nearly full" }
        } catch {
            failures["store"] = "cannot be read"
        }
        return failures
    }
}

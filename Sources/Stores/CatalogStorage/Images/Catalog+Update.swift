public import Domain
internal import SQL

/// The outcome of a change.
public enum UpdateOutcome: Sendable, Hashable {
    /// The image, and the details that it had before.
    case updated(ImageRecord, former: ImageDetails)
    case notFound
    /// The image has been changed since; this is its current version.
    case conflict(version: Int64)
}

extension Catalog {
    /// Changes the details of an image.
    ///
    /// - Parameter expectedVersion: the version to which the changes apply; nil for any version.
    /// - Throws: `CatalogError` with the code `quotaExceeded` if the attributes grow beyond it.
    public func updateImage(
        _ id: ImageID, _ changes: ImageChanges, expectedVersion: Int64?, now: Timestamp = .now
    ) async throws -> UpdateOutcome {
        try await database.write { [dialect] session in
            guard let sequence = try ImageRows.sequence(of: id, session),
                let old = try RecordRows.record(at: sequence, session)
            else { return .notFound }
            if let expectedVersion, expectedVersion != old.version { return .conflict(version: old.version) }
            let details = changes.applied(to: old.details)
            guard details != old.details else { return .updated(old, former: old.details) }
            let added = try ImageRows.attributeBytes(of: details) - ImageRows.attributeBytes(of: old.details)
            if added > 0 { try AccountRows.account(old.owner, session)?.requireRoom(for: added) }
            try ImageRows.change(at: sequence, from: old, to: details, modified: now, dialect, session)
            return try RecordRows.record(at: sequence, session).map { .updated($0, former: old.details) } ?? .notFound
        }
    }
}

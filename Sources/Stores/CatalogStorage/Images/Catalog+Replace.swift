public import Domain
internal import SQL

/// What takes the place of an image's original. The store has it already.
public struct Replacement: Sendable {
    public let content: ImageContent
    /// The original, which has the same digest as `content`.
    public let original: StoredFile
    /// The name with which the file was sent; nil if the sender gave none, so that the image keeps the one that it has.
    public let sentName: String?
    public let date: Timestamp

    public init(content: ImageContent, original: StoredFile, sentName: String?, date: Timestamp) {
        (self.content, self.original, self.sentName, self.date) = (content, original, sentName, date)
    }
}

/// The outcome of replacing an original.
public enum ReplacementOutcome: Sendable, Hashable {
    /// The image, with the job that makes its renditions if one was queued.
    case replaced(ImageRecord, job: JobID?)
    /// Its owner has this other image of the same bytes. Nothing was changed.
    case duplicate(ImageID)
    /// It has these bytes already. Nothing was changed.
    case same
    /// The image does not exist, or has another content than the one that was to be replaced.
    case notFound
}

extension Catalog {
    /// Puts other bytes in the place of an image's original. What it was becomes a version of it in the trash.
    ///
    /// - Parameters:
    ///   - replaced: the content that it must have; nil for any.
    ///   - keepsVersion: whether the version can be restored; otherwise its files are removed by `purge`.
    ///   - queueDerive: whether to queue the job that makes the renditions.
    /// - Throws: `CatalogError` with the codes `quotaExceeded` and `noAccount`.
    public func replaceOriginal(
        of id: ImageID, with replaced: Digest? = nil, by replacement: Replacement, keepsVersion: Bool, queueDerive: Bool
    ) async throws -> ReplacementOutcome {
        try await database.write { [dialect] session in
            guard let sequence = try ImageRows.sequence(of: id, with: replaced, session),
                let old = try RecordRows.record(at: sequence, session)
            else { return .notFound }
            let digest = replacement.content.digest
            if old.content.digest == digest { return .same }
            if let own = try RecordRows.record(of: digest, owner: old.owner, session) { return .duplicate(own.id) }
            guard let account = try AccountRows.account(old.owner, session), !account.isDisabled else {
                throw CatalogError(.noAccount, "the account does not exist or is disabled")
            }
            try TrashRows.insertVersion(
                of: sequence, old, isDeleted: !keepsVersion, now: replacement.date, dialect, session)
            let content = try ContentRows.insertIfNew(replacement.content, session)
            try FileRows.insertIfNew(replacement.original, session)
            try ImageRows.replaceContent(
                of: sequence, old,
                by: ReplacedContent(
                    content: content, bytes: replacement.original.bytes,
                    sentName: replacement.sentName ?? old.sentName, rotation: .upright, awaitsFiles: queueDerive),
                now: replacement.date, dialect, session)
            try ShownFileRows.showOriginal(of: digest, session)
            try requireNoMore(than: account, session)
            guard let record = try RecordRows.record(at: sequence, session) else { return .notFound }
            let queue = JobQueue(session, now: replacement.date)
            return .replaced(record, job: queueDerive ? try queue.derive(digest, parent: nil, retryFailed: true) : nil)
        }
    }

    /// - Throws: `CatalogError` with the code `quotaExceeded` if an account has more than before, and more than its quota.
    private func requireNoMore(than before: Account, _ session: any SQLSession) throws {
        guard let after = try AccountRows.account(before.id, session), after.bytesUsed > before.bytesUsed else {
            return
        }
        try before.requireRoom(for: after.bytesUsed - before.bytesUsed)
    }
}

internal import Domain
internal import SQL

extension Catalog {
    /// Adds an image with its tags and words, its content and original if they are new, and the job that makes its
    /// renditions.
    ///
    /// - Parameter queueDerive: whether to queue that job.
    /// - Throws: `CatalogError` with the codes `quotaExceeded` and `noAccount`, of what a visitor of a share sends also
    ///   `noShare`, `shareFull` and `albumFull`; `DatabaseError` with the code
    ///   `constraint` if the id is taken.
    public func addImage(_ submission: Submission, queueDerive: Bool) async throws -> AddOutcome {
        do {
            return try await database.write { [dialect] session in
                try Self.addImage(submission, queueDerive: queueDerive, dialect, session)
            }
        } catch let error as DatabaseError where error.code == .constraint {
            // Another server has added the same image at the same time: the unique index refused ours.
            guard let own = try await ownImage(of: submission.owner, digest: submission.content.digest) else {
                throw error
            }
            return .duplicate(own)
        }
    }

    private static func addImage(
        _ submission: Submission, queueDerive: Bool, _ dialect: CatalogDialect, _ session: any SQLSession
    ) throws -> AddOutcome {
        let digest = submission.content.digest
        if submission.share == nil, let own = try RecordRows.record(of: digest, owner: submission.owner, session) {
            if let item = submission.item { try BatchItemRows.record(item, as: own.id, session) }
            if let upload = submission.upload {
                try UploadRows.record(upload, as: own.id, isDuplicate: true, submission.dateAdded, session)
            }
            return .duplicate(own)
        }
        // The account may have been disabled during the upload.
        guard let account = try AccountRows.account(submission.owner, session), !account.isDisabled else {
            throw CatalogError(.noAccount, "the account does not exist or is disabled")
        }
        try account.requireRoom(
            for: submission.original.bytes + ImageRows.attributeBytes(of: submission.details))
        if let token = submission.token { try TokenRows.charge(token, submission.original.bytes, session) }
        if let share = submission.share { try ShareUploadRows.charge(share, submission.original.bytes, session) }
        let content = try ContentRows.insertIfNew(submission.content, session)
        try FileRows.insertIfNew(submission.original, session)
        let sequence = try ImageRows.insert(submission, content, awaitsFiles: queueDerive, dialect, session)
        try ShownFileRows.showOriginal(of: digest, session)
        if let share = submission.share {
            try ShareUploadRows.place(sequence, of: share, now: submission.dateAdded, session)
        }
        if let item = submission.item { try BatchItemRows.record(item, as: submission.id, session) }
        if let upload = submission.upload {
            try UploadRows.record(upload, as: submission.id, isDuplicate: false, submission.dateAdded, session)
        }
        guard let record = try RecordRows.record(at: sequence, session) else {
            throw CatalogError(.malformedRow, "an image that was just written does not exist")
        }
        // Also if another image of the content has them: it is ready when its own job is.
        let queue = JobQueue(session, now: submission.dateAdded)
        return .added(record, job: queueDerive ? try queue.derive(digest, parent: nil, retryFailed: true) : nil)
    }
}

public import Domain
internal import SQL

// Uploads that are sent in several requests. A request that continues one takes the next epoch first: what an earlier
// one then records changes nothing, whichever server it runs on.
extension Catalog {
    /// Records an upload that begins.
    ///
    /// - Parameter maximum: how many uploads an account may have under way.
    /// - Throws: `CatalogError` with the codes `noAccount`; `tooManyUploads`; `quotaExceeded` and `tokenQuotaExceeded`
    ///   if there is no room for its length beside the uploads that are under way.
    public func beginUpload(_ upload: ResumableUpload, maximumUnderWay maximum: Int64) async throws {
        try await database.write { session in
            guard let account = try AccountRows.account(upload.owner, session), !account.isDisabled else {
                throw CatalogError(.noAccount, "the account does not exist or is disabled")
            }
            let count = try session.integer(
                "SELECT count(*) FROM uploads WHERE owner = \(upload.owner) AND \(sql: UploadRows.isUnderWay)")
            guard count < maximum || upload.kind == .final else {
                throw CatalogError(.tooManyUploads, "the account has \(count) uploads under way")
            }
            if upload.kind != .final {
                try Self.requireRoom(for: upload.length ?? 0, account, token: upload.token, session)
            }
            try UploadRows.insert(upload, session)
        }
    }

    /// An upload; nil if there is none.
    public func upload(_ id: UploadID) async throws -> ResumableUpload? {
        try await database.read { session in try UploadRows.find(id, session) }
    }

    /// The uploads of an account that are under way, oldest first.
    ///
    /// - Parameter token: only those that were begun with it, unless it is nil.
    public func uploads(of owner: AccountID, begunWith token: TokenID?) async throws -> [ResumableUpload] {
        let condition: SQLQuery = token.map { " AND token = \($0)" } ?? ""
        return try await database.read { session in
            try session.all(
                """
                SELECT \(sql: UploadRows.columns) FROM uploads
                WHERE owner = \(owner) AND \(sql: UploadRows.isUnderWay)\(sql: condition) ORDER BY id
                """, UploadRows.read)
        }
    }

    /// Takes the next epoch of an upload that has not ended: from now on, earlier requests record nothing.
    ///
    /// - Returns: the upload as it is then; nil if there is none.
    public func claimUpload(_ id: UploadID) async throws -> ResumableUpload? {
        try await database.write { session in
            try session.execute("UPDATE uploads SET epoch = epoch + 1 WHERE id = \(id) AND name IS NOT NULL")
            return try UploadRows.find(id, session)
        }
    }

    /// Records how many bytes of an upload are on stable storage.
    ///
    /// - Parameters:
    ///   - epoch: of the request that has written them.
    ///   - expires: when the upload is given up.
    /// - Returns: false if a later request has taken over, or there is no such upload any more. Then nothing has changed.
    public func advanceUpload(
        _ id: UploadID, epoch: Int64, to offset: Int64, expires: Timestamp
    ) async throws -> Bool {
        try await database.write { session in
            try session.execute(
                """
                UPDATE uploads SET bytes = \(offset), date_expires = \(expires)
                WHERE id = \(id) AND epoch = \(epoch) AND name IS NOT NULL
                """) == 1
        }
    }

    /// Records the length of an upload that was begun without one.
    ///
    /// - Throws: `CatalogError` as `beginUpload`.
    public func setLength(of upload: ResumableUpload, to length: Int64) async throws {
        try await database.write { session in
            guard let account = try AccountRows.account(upload.owner, session), !account.isDisabled else {
                throw CatalogError(.noAccount, "the account does not exist or is disabled")
            }
            try Self.requireRoom(for: length - upload.offset, account, token: upload.token, session)
            try session.execute(
                "UPDATE uploads SET length = \(length) WHERE id = \(upload.id) AND length IS NULL")
        }
    }

    /// Records that an upload is an image that there is already.
    public func record(_ upload: UploadID, as image: ImageID, now: Timestamp = .now) async throws {
        try await database.write { session in
            try UploadRows.record(upload, as: image, isDuplicate: true, now, session)
        }
    }

    /// Records that an upload cannot become an image.
    public func refuse(_ upload: UploadID, because refusal: UploadRefusal, now: Timestamp = .now) async throws {
        try await database.write { session in try UploadRows.refuse(upload, refusal, now, session) }
    }

    /// Forgets an upload; false if there was none.
    public func removeUpload(_ id: UploadID) async throws -> Bool {
        try await database.write { session in
            try session.execute("DELETE FROM uploads WHERE id = \(id) AND kind <> 'item'") == 1
        }
    }

    /// Bytes that the quotas leave for an upload whose length is not known, beyond those that it has; nil without one.
    public func bytesLeft(for upload: ResumableUpload) async throws -> Int64? {
        try await database.read { session in
            guard let account = try AccountRows.account(upload.owner, session) else { return 0 }
            let left = try UploadRows.bytesLeft(for: account, token: upload.token, session)
            return [left.ofAccount, left.ofToken].compactMap(\.self).min()
        }
    }

    private static func requireRoom(
        for bytes: Int64, _ account: Account, token: TokenID?, _ session: any SQLSession
    ) throws {
        let left = try UploadRows.bytesLeft(for: account, token: token, session)
        if let left = left.ofAccount, left < bytes {
            throw CatalogError(.quotaExceeded(bytesLeft: left), "the account has reached its quota")
        }
        if let left = left.ofToken, left < bytes {
            throw CatalogError(.tokenQuotaExceeded(bytesLeft: left), "the token has reached its quota")
        }
    }
}

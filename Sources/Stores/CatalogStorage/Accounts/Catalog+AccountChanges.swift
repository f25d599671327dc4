public import Domain
internal import SQL

extension Catalog {
    /// Replaces the password hash of an account.
    ///
    /// - Parameter endsAccess: whether its sessions and tokens end. They do not if the same password is hashed again.
    /// - Returns: false if the account does not exist.
    @discardableResult
    public func setPassword(of id: AccountID, hash: String, endsAccess: Bool) async throws -> Bool {
        try await database.write { session in
            let changed = try session.execute("UPDATE accounts SET password = \(hash) WHERE id = \(id)")
            if endsAccess { try AccountRows.endAccess(of: id, session) }
            return changed > 0
        }
    }

    /// Changes the role, quota or state of an account; nil if the account does not exist.
    ///
    /// A disabled account loses its sessions and tokens.
    public func updateAccount(_ id: AccountID, _ changes: AccountChanges) async throws -> Account? {
        try await database.write { session in
            if let role = changes.role {
                try session.execute("UPDATE accounts SET role = \(role) WHERE id = \(id)")
            }
            if let quota = changes.quotaBytes {
                try session.execute("UPDATE accounts SET quota_bytes = \(quota) WHERE id = \(id)")
            }
            if let keepsDuplicates = changes.keepsDuplicates {
                try session.execute("UPDATE accounts SET keeps_duplicates = \(keepsDuplicates) WHERE id = \(id)")
            }
            if let isDisabled = changes.isDisabled {
                try session.execute("UPDATE accounts SET is_disabled = \(isDisabled) WHERE id = \(id)")
                if isDisabled { try AccountRows.endAccess(of: id, session) }
            }
            return try AccountRows.account(id, session)
        }
    }

    /// Transfers images of an account to another one, except images of contents that the other already has. An image loses
    /// its external id if the other has an image with the same one.
    ///
    /// - Parameter limit: how many images are transferred at most.
    /// - Returns: the number of transferred images; 0 if none are left.
    public func transferImages(from owner: AccountID, to heir: AccountID, limit: Int) async throws -> Int {
        try await database.write { session in
            try session.execute(
                """
                UPDATE images SET owner = \(heir), version = version + 1,
                    external_id = CASE WHEN EXISTS (
                        SELECT 1 FROM images AS theirs
                        WHERE theirs.owner = \(heir) AND theirs.external_id = images.external_id)
                        THEN NULL ELSE external_id END
                WHERE seq IN (
                    SELECT seq FROM images AS mine WHERE mine.owner = \(owner) AND NOT EXISTS (
                        SELECT 1 FROM images AS theirs WHERE theirs.owner = \(heir) AND theirs.digest = mine.digest)
                    LIMIT \(limit))
                """)
        }
    }

    /// Transfers trashed images of an account to another one, except images of contents that the other already has.
    ///
    /// - Parameter limit: how many images are transferred at most.
    /// - Returns: the number of transferred images; 0 if none are left.
    public func transferTrash(from owner: AccountID, to heir: AccountID, limit: Int) async throws -> Int {
        try await database.write { session in
            try session.execute(
                """
                UPDATE trash SET owner = \(heir), version = version + 1 WHERE seq IN (
                    SELECT seq FROM trash AS mine WHERE mine.owner = \(owner) AND mine.is_deleted = 0
                        AND NOT EXISTS (
                            SELECT 1 FROM images WHERE images.owner = \(heir) AND images.digest = mine.digest)
                        AND NOT EXISTS (
                            SELECT 1 FROM trash AS theirs WHERE theirs.owner = \(heir) AND theirs.is_deleted = 0
                                AND theirs.digest = mine.digest)
                    LIMIT \(limit))
                """)
        }
    }

    /// Some images of an account, in no particular order.
    public func images(ownedBy owner: AccountID, limit: Int) async throws -> [ImageID] {
        try await database.read { session in
            try session.all("SELECT id FROM images WHERE owner = \(owner) LIMIT \(limit)") { try $0.identity(0) }
        }
    }

    /// Removes an account without images, with its sessions and tokens; false if it does not exist.
    ///
    /// - Throws: `DatabaseError` with the code `constraint` if it owns an image, or has one in the trash.
    public func deleteAccount(_ id: AccountID) async throws -> Bool {
        try await database.write { session in
            guard try !session.exists("SELECT 1 FROM trash WHERE owner = \(id) AND is_deleted = 0") else {
                throw DatabaseError(.constraint, "the account has images in the trash")
            }
            try session.execute("UPDATE archives SET expires = 0 WHERE owner = \(id)")
            return try session.execute("DELETE FROM accounts WHERE id = \(id)") > 0
        }
    }
}

public import Domain
internal import SQL

/// The outcome of a change of a member.
public enum AlbumMemberOutcome: Sendable, Hashable {
    case done
    case notFound
    /// So many private images would be shown to the member: the account must say whether its own shall be.
    case needsConsent(Int64)
}

extension Catalog {
    /// The members of an album, in the order of their handles.
    public func members(of album: AlbumID) async throws -> [AlbumMember] {
        try await database.read { session in
            try session.all(
                """
                SELECT accounts.handle, album_members.role, album_members.date_added FROM album_members
                JOIN accounts ON accounts.id = album_members.account
                WHERE album_members.album = (SELECT seq FROM albums WHERE id = \(album)) ORDER BY accounts.handle_key
                """
            ) { row in
                guard let handle = Handle(try row.text("handle")) else { throw row.malformed("handle") }
                return AlbumMember(
                    handle: handle, role: try row.word("role"), dateAdded: try row.timestamp("date_added"))
            }
        }
    }

    /// Adds a member, or gives it another role.
    ///
    /// - Parameters:
    ///   - account: whoever adds it.
    ///   - sharesPrivate: whether that account shows its private images in the album to all members; nil if it has not
    ///     said so.
    /// - Throws: `CatalogError` with the code `albumFull` if there are too many.
    public func setMember(
        _ member: AccountID, _ role: AlbumRole, of album: AlbumID, sharesPrivate: Bool?, by account: AccountID,
        now: Timestamp = .now
    ) async throws -> AlbumMemberOutcome {
        try await database.write { session in
            guard let sequence = try AlbumRows.sequence(of: album, session) else { return .notFound }
            let isMember: SQLQuery = "account = \(member) AND album = \(sequence)"
            if try session.exists("SELECT 1 FROM album_members WHERE \(sql: isMember)") {
                try session.execute("UPDATE album_members SET role = \(role) WHERE \(sql: isMember)")
                return .done
            }
            let members = try session.integer("SELECT count(*) FROM album_members WHERE album = \(sequence)")
            guard members < Album.maximumMembers else {
                throw CatalogError(.albumFull, "the album has too many members")
            }
            let hidden = try AlbumConsent.privateImages(of: account, in: sequence, below: .members, session)
            let count = try hidden + AlbumConsent.sharedImages(in: sequence, session)
            if count > 0, sharesPrivate == nil { return .needsConsent(count) }
            if hidden > 0, sharesPrivate == true {
                try AlbumConsent.share(of: account, in: sequence, with: .members, session)
            }
            try session.execute(
                """
                INSERT INTO album_members (account, album, role, date_added)
                VALUES (\(member), \(sequence), \(role), \(now))
                """)
            return .done
        }
    }

    /// Removes a member; false if there is no such one.
    public func removeMember(_ member: AccountID, of album: AlbumID) async throws -> Bool {
        try await database.write { session in
            try session.execute(
                """
                DELETE FROM album_members
                WHERE account = \(member) AND album = (SELECT seq FROM albums WHERE id = \(album))
                """) > 0
        }
    }

    /// Transfers all albums of an account to another one. What private images they show to others ends with their images'
    /// transfer.
    public func transferAlbums(from owner: AccountID, to heir: AccountID) async throws {
        try await database.write { session in
            try session.execute(
                """
                DELETE FROM album_members
                WHERE account = \(heir) AND album IN (SELECT seq FROM albums WHERE owner = \(owner))
                """)
            try session.execute("UPDATE albums SET owner = \(heir), version = version + 1 WHERE owner = \(owner)")
        }
    }

    /// Some albums of an account, in no particular order.
    public func albums(ownedBy owner: AccountID, limit: Int) async throws -> [AlbumID] {
        try await database.read { session in
            try session.all("SELECT id FROM albums WHERE owner = \(owner) LIMIT \(limit)") { try $0.identity(0) }
        }
    }
}

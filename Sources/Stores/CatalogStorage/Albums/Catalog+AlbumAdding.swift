public import Domain
internal import SQL

/// The outcome of adding images to an album.
public enum AlbumAddOutcome: Sendable, Hashable {
    case done(AlbumChange)
    /// So many private images would be shown to others: whoever adds them must say whether they shall be.
    case needsConsent(Int64)
}

extension Catalog {
    /// Adds images to the end of an album.
    ///
    /// - Parameters:
    ///   - account: whoever adds them; it is the owner of those whose showing it may agree to.
    ///   - mayAddOthers: whether it may add images of other accounts.
    ///   - sharesPrivate: whether its private images are shown to those who see the album; nil if it has not said so.
    /// - Throws: `CatalogError` with the codes `noAlbum` and `albumFull`.
    public func add(
        _ ids: [ImageID], to standing: AlbumStanding, by account: AccountID, mayAddOthers: Bool, sharesPrivate: Bool?,
        now: Timestamp = .now
    ) async throws -> AlbumAddOutcome {
        try await database.write { session in
            guard let album = try AlbumRows.sequence(of: standing.album.id, session) else {
                throw CatalogError(.noAlbum, "the album does not exist")
            }
            var (change, seen): (AlbumChange, Set<ImageID>) = (AlbumChange(), [])
            let places = AlbumPlaces(album: album, session: session)
            var candidates: [AlbumPlaces.Candidate] = []
            for id in ids where seen.insert(id).inserted {
                guard let candidate = try places.candidate(id),
                    candidate.isPublic || candidate.owner == account || standing.reader.isAdmin
                else {
                    change.unknown.append(id)
                    continue
                }
                guard candidate.owner == account || mayAddOthers else {
                    change.refused.append(id)
                    continue
                }
                candidates.append(candidate)
            }
            let audience = try places.audience(standing, for: account, sharesPrivate: sharesPrivate)
            let hidden = candidates.filter { $0.isHidden(from: audience, by: account) }
            if sharesPrivate == nil, !hidden.isEmpty { return .needsConsent(Int64(hidden.count)) }
            try places.requireRoom(for: candidates.count)
            var position = try places.nextPosition()
            for candidate in candidates {
                let isShared = sharesPrivate == true && candidate.isHidden(from: audience, by: account)
                if candidate.audience != nil {
                    if isShared { try places.show(candidate.sequence, to: audience) }
                    change.unchanged.append(candidate.id)
                    continue
                }
                try places.insert(
                    candidate.sequence,
                    at: StoredAlbumPlace(
                        position: position, consent: isShared ? audience : .nobody, addedBy: account, dateAdded: now))
                position = PositionKey.between(position, nil) ?? .first
                change.done.append(candidate.id)
            }
            return .done(change)
        }
    }

    /// To whom an album shows private images of an account, if it agrees.
    public func audience(of standing: AlbumStanding, for account: AccountID) async throws -> AlbumAudience {
        try await database.read { session in
            guard let album = try AlbumRows.sequence(of: standing.album.id, session) else { return .nobody }
            return try AlbumPlaces(album: album, session: session).audience(standing, for: account, sharesPrivate: nil)
        }
    }

    /// Removes images from an album: those that the account owns or has added, or any.
    ///
    /// - Parameter standing: nil for an account that may not see the album any more, and can still withdraw its images.
    public func remove(
        _ ids: [ImageID], from album: AlbumID, by account: AccountID, standing: AlbumStanding?, mayRemoveAny: Bool
    ) async throws -> AlbumChange {
        try await database.write { session in
            var (change, seen): (AlbumChange, Set<ImageID>) = (AlbumChange(), [])
            guard let album = try AlbumRows.sequence(of: album, session) else {
                throw CatalogError(.noAlbum, "the album does not exist")
            }
            for id in ids where seen.insert(id).inserted {
                let isSeen = standing.map { AlbumConditions.isSeen("listed", in: $0.scope) } ?? "1 = 0"
                let row = try session.first(
                    """
                    SELECT images.seq, listed.owner, listed.added_by, \(sql: isSeen) AS is_seen
                    FROM images JOIN album_images AS listed ON listed.album = \(album) AND listed.image = images.seq
                    WHERE images.id = \(id)
                    """
                ) { row in
                    let owner = try row.identity("owner", as: AccountID.self)
                    let isOwn = try owner == account || row.identity("added_by", as: AccountID.self) == account
                    return (sequence: try row.integer("seq"), isOwn: isOwn, isSeen: try row.boolean("is_seen"))
                }
                guard let row, row.isOwn || row.isSeen else {
                    change.unknown.append(id)
                    continue
                }
                guard row.isOwn || mayRemoveAny else {
                    change.refused.append(id)
                    continue
                }
                try AlbumPlaces(album: album, session: session).remove(row.sequence)
                change.done.append(id)
            }
            return change
        }
    }

    /// How many private images of an account an album would show to others, if they were added.
    public func hiddenImages(
        of images: [ImageID], in standing: AlbumStanding, for account: AccountID
    ) async throws -> Int64 {
        try await database.read { session in
            guard let album = try AlbumRows.sequence(of: standing.album.id, session) else { return 0 }
            let places = AlbumPlaces(album: album, session: session)
            let audience = try places.audience(standing, for: account, sharesPrivate: nil)
            guard audience > .nobody else { return 0 }
            return try images.reduce(0) { count, id in
                let isHidden = try places.candidate(id)?.isHidden(from: audience, by: account) ?? false
                return isHidden ? count + 1 : count
            }
        }
    }
}

extension AlbumPlaces.Candidate {
    /// Whether it is a private image of an account that an audience does not see in the album.
    func isHidden(from audience: AlbumAudience, by account: AccountID) -> Bool {
        !isPublic && owner == account && (self.audience ?? 0) < audience.rawValue
    }
}

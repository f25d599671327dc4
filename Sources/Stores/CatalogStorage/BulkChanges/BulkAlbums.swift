internal import Domain
internal import SQL

/// What a chunk of a bulk change does to albums, within its transaction.
struct BulkAlbums {
    private enum Refusal: Error {
        case reason(BulkChange.Failure.Reason, String)
    }

    /// An album that images are added to or removed from.
    private struct Target {
        let standing: AlbumStanding
        let places: AlbumPlaces
        /// To whom private images of the account are shown, if it agrees.
        let audience: AlbumAudience
        var next: PositionKey
        var room: Int64

        /// Whether the account may add images of others, and remove any.
        var isManaged: Bool { standing.role.map { $0 >= .manager } ?? false }
    }

    let session: any SQLSession
    let reader: AlbumReader
    let account: AccountID
    let now: Timestamp
    /// Nil for an album that the account may not know of.
    private var targets: [AlbumID: Target?] = [:]

    init(_ session: any SQLSession, reader: AlbumReader, account: AccountID, now: Timestamp) {
        (self.session, self.reader, self.account, self.now) = (session, reader, account, now)
    }

    /// Why an image cannot be added to the albums of an edit, or be removed from them; nil if it can.
    mutating func refusal(of edit: ImageEdit, _ record: ImageRecord, at image: Int64) throws -> BulkChange.Failure? {
        do {
            for album in edit.addedAlbums {
                let target = try requireTarget(album)
                let place = try target.places.place(of: image)
                try requireAddable(record, to: target, isNew: place == nil)
            }
            for album in edit.removedAlbums {
                let target = try requireTarget(album)
                try requireRemovable(record, at: image, try target.places.place(of: image), from: target)
            }
            for former in edit.formerPlaces { try requireRestorable(former, record, at: image) }
            return nil
        } catch Refusal.reason(let reason, let message) {
            return BulkChange.Failure(record.id, reason, message)
        }
    }

    /// Changes what albums have of an image for which there is no refusal.
    ///
    /// - Returns: what the albums had before, of those that have changed.
    mutating func apply(_ edit: ImageEdit, to record: ImageRecord, at image: Int64) throws -> [FormerAlbumPlace] {
        var former: [FormerAlbumPlace] = []
        let version = try session.integer("SELECT version FROM images WHERE seq = \(image)")
        func note(_ album: AlbumID, _ places: AlbumPlaces, _ before: StoredAlbumPlace?) throws {
            let left = try places.place(of: image)
            if left == before { return }
            former.append(FormerAlbumPlace(album: album, place: before, left: left, version: version))
        }
        for album in edit.addedAlbums {
            guard let places = targets[album]??.places else { continue }
            let before = try places.place(of: image)
            try add(record, at: image, to: album, shares: edit.sharesPrivate ?? false)
            try note(album, places, before)
        }
        for album in edit.removedAlbums {
            guard let places = targets[album]??.places else { continue }
            let before = try places.place(of: image)
            try places.remove(image)
            try note(album, places, before)
        }
        for place in edit.formerPlaces {
            guard let places = try places(in: place.album) else { continue }
            let before = try places.place(of: image)
            try restore(place, before, in: places, record, at: image)
            try note(place.album, places, before)
        }
        return former
    }

    private mutating func add(_ record: ImageRecord, at image: Int64, to album: AlbumID, shares: Bool) throws {
        guard var target = targets[album] ?? nil, let candidate = try target.places.candidate(record.id) else { return }
        let isShared = shares && candidate.isHidden(from: target.audience, by: account)
        if candidate.audience != nil {
            if isShared { try target.places.show(image, to: target.audience) }
            return
        }
        try target.places.insert(
            image,
            at: StoredAlbumPlace(
                position: target.next, consent: isShared ? target.audience : .nobody, addedBy: account, dateAdded: now))
        target.next = PositionKey.between(target.next, nil) ?? .first
        target.room -= 1
        targets[album] = target
    }

    /// Gives an album back what it had of an image, unless somebody has changed that since.
    private mutating func restore(
        _ former: FormerAlbumPlace, _ present: StoredAlbumPlace?, in places: AlbumPlaces, _ record: ImageRecord,
        at image: Int64
    ) throws {
        switch (former.place, present) {
        case (nil, nil): break
        case (nil, let present?): if present.isSameAddition(as: former.left) { try places.remove(image) }
        case (let place?, let present?):
            guard present.consent > place.consent, present.isSameAddition(as: former.left) else { return }
            try places.show(image, to: place.consent)
        case (let place?, nil):
            guard var target = try target(former.album) else { return }
            // Whoever has hidden the image since does not want it to be shown again.
            let isSame = record.version == former.version && record.owner == account
            let album = target.standing.album
            let isOwnPublic = album.owner == account && album.details.visibility == .public
            let consent = isSame ? min(place.consent, isOwnPublic ? .everybody : .members) : .nobody
            try places.insert(
                image,
                at: StoredAlbumPlace(
                    position: place.position, consent: consent, addedBy: place.addedBy, dateAdded: place.dateAdded))
            target.room -= 1
            targets[former.album] = target
        }
    }

    /// The places of an album that there is, even if the account may not know of it any more.
    private mutating func places(in album: AlbumID) throws -> AlbumPlaces? {
        if let target = try target(album) { return target.places }
        return try AlbumRows.sequence(of: album, session).map { AlbumPlaces(album: $0, session: session) }
    }

    private mutating func target(_ id: AlbumID) throws -> Target? {
        if let known = targets[id] { return known }
        var target: Target?
        if let (sequence, standing) = try AlbumRows.standing(id, for: reader, session) {
            let places = AlbumPlaces(album: sequence, session: session)
            target = Target(
                standing: standing, places: places,
                audience: try places.audience(standing, for: account, sharesPrivate: true),
                next: try places.nextPosition(), room: Album.maximumImages - (try places.count()))
        }
        targets[id] = .some(target)
        return target
    }

    private mutating func requireTarget(_ id: AlbumID) throws -> Target {
        guard let target = try target(id) else { throw Refusal.reason(.notFound, "There is no album \(id).") }
        return target
    }

    private func requireAddable(_ record: ImageRecord, to target: Target, isNew: Bool) throws {
        let title = target.standing.album.details.title.prefix(100)
        guard let role = target.standing.role, role >= .contributor else {
            throw Refusal.reason(.forbidden, "Adding to the album '\(title)' needs the role 'contributor'.")
        }
        if record.owner != account {
            guard record.details.visibility == .public || reader.isAdmin else {
                throw Refusal.reason(.notFound, "There is no such image.")
            }
            guard role >= .manager else {
                throw Refusal.reason(
                    .forbidden, "Adding images of others to the album '\(title)' needs the role 'manager'.")
            }
        }
        if isNew, target.room < 1 {
            throw Refusal.reason(
                .invalid, "The album '\(title)' has \(Album.maximumImages) images, and may not have more.")
        }
    }

    private mutating func requireRestorable(
        _ former: FormerAlbumPlace, _ record: ImageRecord, at image: Int64
    ) throws {
        let present = try places(in: former.album)?.place(of: image)
        guard former.place == nil else {
            if present == nil { try requireAddable(record, to: try requireTarget(former.album), isNew: true) }
            return
        }
        guard let present, present.isSameAddition(as: former.left) else { return }
        try requireRemovable(record, at: image, present, from: try target(former.album))
    }

    /// - Parameter place: nil if the album does not have the image.
    private func requireRemovable(
        _ record: ImageRecord, at image: Int64, _ place: StoredAlbumPlace?, from target: Target?
    ) throws {
        if record.owner == account || place?.addedBy == account || reader.isAdmin { return }
        // Somebody who may not know of an image learns nothing of the albums that have it.
        let reach = Audience.reader(account)
        guard try session.exists("SELECT 1 FROM images WHERE seq = \(image) AND \(sql: reach.condition)") else {
            throw Refusal.reason(.notFound, "There is no such image.")
        }
        guard place == nil || target?.isManaged == true else {
            throw Refusal.reason(
                .forbidden, "Only the image's owner, whoever added it, or a manager may remove it from the album.")
        }
    }
}

internal import Domain
internal import SQL

/// Changes single images of a bulk change, within its transaction.
struct BulkImages {
    let dialect: CatalogDialect
    let session: any SQLSession
    let now: Timestamp
    let decide: @Sendable (ImageRecord, ImageEdit) -> BulkDecision
    var albums: BulkAlbums

    enum Outcome {
        case unchanged
        /// With what takes the change back; nil if nothing can.
        case changed(ImageEdit?)
        case failed(BulkChange.Failure)
    }

    /// The targets in the order in which their images were added: an index of words that is written in the order of its
    /// rows makes one segment of them, and otherwise one for each. Albums get images in the order of the request.
    func ordered(_ targets: [BulkChange.Target], for edit: ImageEdit) throws -> [BulkChange.Target] {
        if !edit.addedAlbums.isEmpty { return targets }
        let places = try targets.map { target in
            (target: target, place: try ImageRows.sequence(of: target.image, session) ?? .max)
        }
        return places.sorted { $0.place < $1.place }.map(\.target)
    }

    mutating func apply(_ edit: ImageEdit, to id: ImageID) throws -> Outcome {
        if edit.move == .fromTrash { return try restore(id, edit) }
        guard let sequence = try ImageRows.sequence(of: id, session),
            let record = try RecordRows.record(at: sequence, session)
        else { return .failed(BulkChange.Failure(id, .notFound)) }
        var details = record.details
        if edit.changesImage || !edit.changesAlbums {
            switch decide(record, edit) {
            case .refuse(let reason, let message): return .failed(BulkChange.Failure(id, reason, message))
            case .change(let decided): details = decided
            }
        }
        if let move = edit.move {
            try TrashRows.insert(at: sequence, record, isDeleted: move == .deleted, now: now, dialect, session)
            return .changed(move == .deleted ? nil : ImageEdit(move: .fromTrash))
        }
        if edit.changesAlbums, let refusal = try albums.refusal(of: edit, record, at: sequence) {
            return .failed(refusal)
        }
        let outcome = try change(record, at: sequence, to: details)
        if case .failed = outcome { return outcome }
        guard edit.changesAlbums else { return outcome }
        let former = try albums.apply(edit, to: record, at: sequence)
        guard !former.isEmpty else { return outcome }
        guard case .changed(var undo?) = outcome else { return .changed(ImageEdit(formerPlaces: former)) }
        undo.formerPlaces = former
        return .changed(undo)
    }

    private func change(_ record: ImageRecord, at sequence: Int64, to details: ImageDetails) throws -> Outcome {
        guard details != record.details else { return .unchanged }
        let added = try ImageRows.attributeBytes(of: details) - ImageRows.attributeBytes(of: record.details)
        if added > 0, let left = try AccountRows.account(record.owner, session)?.bytesLeft, left < added {
            return .failed(BulkChange.Failure(record.id, .quotaExceeded))
        }
        do {
            try ImageRows.change(at: sequence, from: record, to: details, modified: now, dialect, session)
        } catch let error as CatalogError {
            // An id that is given back may be another image's by now. Nothing is written then.
            guard case .externalIDTaken(let image) = error.code else { throw error }
            return .failed(BulkChange.Failure(record.id, .invalid, "The image \(image) has this external_id by now."))
        }
        return .changed(.restoring(record.details, from: details))
    }

    private func restore(_ id: ImageID, _ edit: ImageEdit) throws -> Outcome {
        guard let sequence = try TrashRows.sequence(of: id, session),
            let record = try RecordRows.record(at: sequence, in: "trash", session)
        else { return .failed(BulkChange.Failure(id, .notFound)) }
        if case .refuse(let reason, let message) = decide(record, edit) {
            return .failed(BulkChange.Failure(id, reason, message))
        }
        switch try TrashRows.restore(at: sequence, now: now, dialect, session) {
        case .restored: return .changed(ImageEdit(move: .toTrash))
        case .duplicate: return .failed(BulkChange.Failure(id, .duplicate))
        case .notFound: return .failed(BulkChange.Failure(id, .notFound))
        }
    }
}

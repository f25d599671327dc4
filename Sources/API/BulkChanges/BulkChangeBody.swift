internal import Domain
internal import Services
internal import TextCoding

/// The body of a bulk change: which images, and what is done to each.
struct BulkChangeBody: Decodable {
    private let ids: [ImageID]?
    private let search: SearchBody?
    private let stored: SelectionID?
    let edit: ImageEdit

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case ids, search, changes, trash
        case stored = "selection"
        case addTags = "add_tags"
        case removeTags = "remove_tags"
        case addToAlbums = "add_to_albums"
        case removeFromAlbums = "remove_from_albums"
        case sharePrivate = "share_private"
    }

    init(from decoder: any Decoder) throws {
        for key in try decoder.container(keyedBy: AnyCodingKey.self).allKeys
        where CodingKeys(rawValue: key.stringValue) == nil {
            let names = CodingKeys.allCases.map(\.rawValue).joined(separator: ", ")
            throw DecodingError.unknownMember([key], "there are \(names)")
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        ids = try container.decodeIfPresent([ImageID].self, forKey: .ids)
        search = try container.decodeIfPresent(SearchBody.self, forKey: .search)
        stored = try container.decodeIfPresent(SelectionID.self, forKey: .stored)
        var edit = ImageEdit(
            changes: try container.decodeIfPresent(ImageMergePatch.self, forKey: .changes)?.changes ?? ImageChanges(),
            addedTags: try container.decodeIfPresent([String].self, forKey: .addTags) ?? [],
            removedTags: try container.decodeIfPresent([String].self, forKey: .removeTags) ?? [],
            addedAlbums: try container.decodeIfPresent([AlbumID].self, forKey: .addToAlbums) ?? [],
            removedAlbums: try container.decodeIfPresent([AlbumID].self, forKey: .removeFromAlbums) ?? [],
            sharesPrivate: try container.decodeIfPresent(Bool.self, forKey: .sharePrivate))
        if try container.decodeIfPresent(Bool.self, forKey: .trash) ?? false {
            guard edit.isEmpty else {
                throw DecodingError.refused(
                    [CodingKeys.trash], "images that go into the trash are not changed in the same request")
            }
            edit.move = .toTrash
        }
        self.edit = edit
    }

    /// - Throws: a problem if there is not exactly one of ids, search and selection.
    var selection: BulkChanges.Selection {
        get throws {
            let named: [CodingKeys] = [
                ids == nil ? nil : .ids, search == nil ? nil : .search, stored == nil ? nil : .stored,
            ]
            .compactMap(\.self)
            if named.count > 1 {
                throw Problem(
                    .invalidMember, at: .pointer("/" + named[1].rawValue),
                    "Give only one of 'ids', 'search' and 'selection': their images are not the same.")
            }
            if let ids { return .images(ids) }
            if let search { return .search(try search.criteria(at: "/search")) }
            if let stored { return .selection(stored) }
            throw Problem(
                .missingMember, at: .pointer("/ids"),
                "The body lacks the images: give 'ids', a 'selection', or 'search' with the parameters of GET /v1/images."
            )
        }
    }

    /// Notes what the security of images depends on.
    func note(in trail: AuditTrail) {
        let others = stored.map { "selection \($0)" } ?? "images of a search"
        let subject = ids.map { "\($0.count) images" } ?? others
        if let visibility = edit.changes.visibility {
            trail.note(.visibilityChange, "\(subject): \(visibility.rawValue)")
        }
        if edit.sharesPrivate == true { trail.note(.albumSharing, "\(edit.addedAlbums.count) albums: \(subject)") }
        if edit.move != nil { trail.note(.imageDeletion, subject) }
    }
}

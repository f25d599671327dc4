internal import Domain

/// The images of a body: their ids, or a selection.
enum NamedImages {
    case ids([ImageID])
    case selection(SelectionID)

    /// - Throws: a problem unless there is exactly one of both.
    init(ids: [ImageID]?, selection: SelectionID?) throws {
        switch (ids, selection) {
        case (let ids?, nil): self = .ids(ids)
        case (nil, let selection?): self = .selection(selection)
        case (_?, _?):
            throw Problem(
                .invalidMember, at: .pointer("/selection"),
                "Give either 'ids' or 'selection': the images of both are not the same.")
        case (nil, nil):
            throw Problem(
                .missingMember, at: .pointer("/ids"), "The body lacks the images: give 'ids', or a 'selection'.")
        }
    }
}

/// A body that only says which images are meant.
struct NamedImagesBody: JSONObjectBody {
    let images: NamedImages

    enum CodingKeys: String, CodingKey, CaseIterable { case ids, selection }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        images = try NamedImages(
            ids: try container.decodeIfPresent([ImageID].self, forKey: .ids),
            selection: try container.decodeIfPresent(SelectionID.self, forKey: .selection))
    }
}

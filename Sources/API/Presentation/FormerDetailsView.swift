internal import Domain

/// The details that a change has replaced, as the body of a PATCH that brings them back.
struct FormerDetailsView: Encodable {
    let changes: ImageChanges

    private enum CodingKeys: String, CodingKey {
        case title, description, tags, attributes, visibility, place, creator, rights, rating, rotation
        case dateTaken = "date_taken"
        case fileName = "file_name"
        case publicOriginal = "public_original"
        case publicPlace = "public_place"
        case externalID = "external_id"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        func encode<Value: Encodable>(_ setting: Value??, _ key: CodingKeys) throws {
            // Null brings back what the file states.
            if let setting { try container.encode(setting, forKey: key) }
        }
        try container.encodeIfPresent(changes.title, forKey: .title)
        try container.encodeIfPresent(changes.description, forKey: .description)
        try container.encodeIfPresent(changes.tags, forKey: .tags)
        try container.encodeIfPresent(changes.attributes.map(JSONValue.object), forKey: .attributes)
        try container.encodeIfPresent(changes.visibility, forKey: .visibility)
        try container.encodeIfPresent(changes.rotation.map(RotationBody.init), forKey: .rotation)
        try encode(changes.taken.map { $0?.description }, .dateTaken)
        try encode(changes.place.map { $0.map(PlaceView.init) }, .place)
        try encode(changes.creator, .creator)
        try encode(changes.rights, .rights)
        try encode(changes.rating, .rating)
        try encode(changes.fileName, .fileName)
        try encode(changes.publicOriginal, .publicOriginal)
        try encode(changes.publicPlace, .publicPlace)
        try encode(changes.externalID, .externalID)
    }
}

internal import Domain

/// The fields of the search language.
enum SearchField: String, CaseIterable {
    case title, description, tag, attribute, camera, lens, creator
    case fileName = "file_name"
    case externalID = "external_id"
    case album, format, owner, taken, added, near
    case `is`
    case width, height, bytes, rating

    /// What precedes the name of an attribute whose value must be equal.
    static let attributePrefix = "attr."

    static let list = allCases.map(\.rawValue).joined(separator: ", ")

    /// The searchable text of the field; nil if its values are not words.
    var words: WordMatch.Field? {
        switch self {
        case .title: .title
        case .description: .description
        case .attribute: .attributes
        case .camera: .camera
        case .lens: .lens
        case .creator: .creator
        case .fileName: .fileName
        default: nil
        }
    }

    /// The condition of a value; nil if the value is not valid for this field.
    func condition(_ text: String) -> SearchCondition? {
        switch self {
        case .title, .description, .attribute, .camera, .lens, .creator, .fileName: nil
        case .tag: text.allSatisfy(\.isWhitespace) ? nil : .tag(text)
        case .externalID: text.isEmpty ? nil : .externalID(text)
        case .album: text.allSatisfy(\.isWhitespace) ? nil : .album(AlbumMatch(text))
        case .format: ImageFormat(name: text).map(SearchCondition.format)
        case .owner: text.isEmpty ? nil : .owner(handle: text)
        case .taken: PeriodValue(text).map { .taken($0.local) }
        case .added: PeriodValue(text).map { .added($0.inUTC) }
        case .near: PlaceValue(text).map { .near($0.circle) }
        case .is: Self.quality(text)
        case .width: SizeValue(text, hasUnits: false).map { .width($0.interval) }
        case .height: SizeValue(text, hasUnits: false).map { .height($0.interval) }
        case .rating: SizeValue(text, hasUnits: false).map { .rating($0.interval) }
        case .bytes: SizeValue(text, hasUnits: true).map { .bytes($0.interval) }
        }
    }

    /// The valid values, to complete a sentence that ends with "takes".
    var expectation: String {
        switch self {
        case .title, .description, .attribute, .camera, .lens, .creator, .fileName: "words"
        case .tag: "a tag, in quotes if it has several words"
        case .externalID: "the id that an application has given the image"
        case .album: "the id or the title of an album, in quotes if it has several words"
        case .format: "one of \(ImageFormat.allCases.map(\.rawValue).joined(separator: ", "))"
        case .owner: "the handle of an account"
        case .taken, .added:
            "a year, month or day, or two of them: 2021, 2021-05, 2021-05-31, 2021-05..2021-06, 2021-05.. or ..2020"
        case .near: "latitude, longitude and kilometres, such as 48.2,16.37,5"
        case .is: "one of private, public, ready, pending, damaged"
        case .width, .height: "pixels, such as 3000, >=3000, <600 or 600..1200"
        case .rating: "stars from 0 to 5, such as 3, >=4 or 1..3"
        case .bytes: "bytes, such as >10MB, <=500kB, 1MB..2MB (also KiB, MiB, GB, GiB)"
        }
    }

    private static func quality(_ text: String) -> SearchCondition? {
        let word = text.lowercased()
        return Visibility(rawValue: word).map(SearchCondition.visibility)
            ?? ImageRecord.State(rawValue: word).map(SearchCondition.state)
    }
}

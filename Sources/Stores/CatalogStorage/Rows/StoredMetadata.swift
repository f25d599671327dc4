internal import TextCoding
internal import Domain

extension PhotoMetadata {
    /// Reads what `JSONText.encode` has written.
    ///
    /// By hand, since every record is read with it, and a decoder asks for each member through several layers.
    ///
    /// - Throws: `DecodingError` if a member has a value of another kind; `JSONSyntax.Malformed`.
    init(stored text: String) throws {
        self.init()
        let members = StoredMembers(try JSONText.decodeMembers(text))
        taken = try members.object("taken").map { try TakenDate($0) }
        cameraMake = try members.text("cameraMake")
        cameraModel = try members.text("cameraModel")
        lens = try members.text("lens")
        exposureTime = try members.number("exposureTime")
        aperture = try members.number("aperture")
        iso = try members.integer("iso")
        focalLength = try members.number("focalLength")
        latitude = try members.number("latitude")
        longitude = try members.number("longitude")
        altitude = try members.number("altitude")
        creator = try members.text("creator")
        rights = try members.text("rights")
        rating = try members.integer("rating")
        exif = members.values["exif"]
    }
}

extension TakenDate {
    /// Reads what `JSONText.encode` has written.
    ///
    /// - Throws: as for the metadata.
    init(stored text: String) throws { try self.init(StoredMembers(try JSONText.decodeMembers(text))) }

    fileprivate init(_ members: StoredMembers) throws {
        guard let local = try members.text("local").flatMap({ CivilTime($0) }),
            let source = try members.text("source").flatMap({ Source(rawValue: $0) })
        else { throw members.refused("local", "a civil time with its source") }
        self.init(
            local: local, milliseconds: try members.integer("milliseconds"),
            precision: try members.text("precision").flatMap { Precision(rawValue: $0) } ?? .second,
            offset: try members.integer("offsetMinutes").flatMap { UTCOffset(minutes: $0) },
            source: source)
    }
}

/// The members of an object in a text column.
private struct StoredMembers {
    let values: [String: JSONValue]

    init(_ values: [String: JSONValue]) { self.values = values }

    func text(_ name: String) throws -> String? {
        switch values[name] {
        case nil, .null: nil
        case .string(let text): text
        default: throw refused(name, "a text")
        }
    }

    func integer(_ name: String) throws -> Int? {
        switch values[name] {
        case nil, .null: nil
        case .integer(let number): Int(number)
        default: throw refused(name, "a whole number")
        }
    }

    /// A number; those that JSON cannot express are written as texts.
    func number(_ name: String) throws -> Double? {
        switch values[name] {
        case nil, .null: nil
        case .integer(let number): Double(number)
        case .number(let number): number
        case .string("Infinity"): .infinity
        case .string("-Infinity"): -.infinity
        case .string("NaN"): .nan
        default: throw refused(name, "a number")
        }
    }

    func object(_ name: String) throws -> StoredMembers? {
        switch values[name] {
        case nil, .null: nil
        case .object(let members): StoredMembers(members)
        default: throw refused(name, "an object")
        }
    }

    func refused(_ name: String, _ expected: String) -> DecodingError {
        DecodingError.refused([], "the member \(name) should be \(expected)")
    }
}

internal import Domain
internal import TextCoding

/// How a picture is turned, as JSON.
struct RotationBody: Codable {
    let orientation: Orientation

    init(_ orientation: Orientation) { self.orientation = orientation }

    private enum CodingKeys: String, CodingKey, CaseIterable { case degrees, mirrored }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: AnyCodingKey.self)
        let known = CodingKeys.allCases.map(\.stringValue)
        for key in members.allKeys where !known.contains(key.stringValue) {
            throw DecodingError.unknownMember(
                members.codingPath + [key], "a rotation has only the members degrees and mirrored")
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let degrees = try container.decodeIfPresent(Int.self, forKey: .degrees) ?? 0
        let isMirrored = try container.decodeIfPresent(Bool.self, forKey: .mirrored) ?? false
        guard let orientation = Orientation(isMirrored: isMirrored, degrees: degrees) else {
            throw DecodingError.refused(
                container.codingPath + [CodingKeys.degrees], "0, 90, 180 or 270 degrees expected")
        }
        self.orientation = orientation
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(orientation.degrees, forKey: .degrees)
        try container.encode(orientation.isMirrored, forKey: .mirrored)
    }
}

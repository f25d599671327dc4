internal import TextCoding
/// The metadata that a camera wrote into a picture.
public struct PhotoMetadata: Hashable, Sendable, Codable {
    public var taken: TakenDate?
    /// Exif `Make` and `Model`.
    public var cameraMake: String?, cameraModel: String?
    public var lens: String?
    /// Seconds.
    public var exposureTime: Double?
    /// The f-number.
    public var aperture: Double?
    public var iso: Int?
    /// Millimetres.
    public var focalLength: Double?
    /// Degrees, WGS 84, north and east positive.
    public var latitude: Double?, longitude: Double?
    /// Metres above the sea.
    public var altitude: Double?
    /// Exif `Artist` and `Copyright`.
    public var creator: String?, rights: String?
    /// Exif `Rating`: 0 to 5 stars.
    public var rating: Int?
    /// All of Exif by tag name, grouped as the file groups it (`image`, `photo`, `gps`, …).
    public var exif: JSONValue?

    public init() {}
}

extension TakenDate: Codable {
    private enum CodingKeys: String, CodingKey { case local, milliseconds, precision, offsetMinutes, source }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard let local = CivilTime(try container.decode(String.self, forKey: .local)) else {
            throw DecodingError.refused(container.codingPath + [CodingKeys.local], "a civil time expected")
        }
        let minutes = try container.decodeIfPresent(Int.self, forKey: .offsetMinutes)
        let source = try container.decode(Source.self, forKey: .source)
        self.init(
            local: local, milliseconds: try container.decodeIfPresent(Int.self, forKey: .milliseconds),
            precision: try container.decodeIfPresent(Precision.self, forKey: .precision) ?? .second,
            offset: minutes.flatMap(UTCOffset.init(minutes:)), source: source)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(local.description, forKey: .local)
        try container.encodeIfPresent(milliseconds, forKey: .milliseconds)
        if precision != .second { try container.encode(precision, forKey: .precision) }
        try container.encodeIfPresent(offset?.minutes, forKey: .offsetMinutes)
        try container.encode(source, forKey: .source)
    }
}

extension PhotoMetadata {
    /// The name of the camera: make and model, without the make if the model begins with it; nil if neither is
    /// known.
    public var cameraName: String? {
        let (make, model) = (cameraMake ?? "", cameraModel ?? "")
        if model.isEmpty { return make.isEmpty ? nil : make }
        let repeats = make.isEmpty || model.lowercased().hasPrefix(make.lowercased())
        return repeats ? model : make + " " + model
    }
}

public import Domain

/// The part of an image's record that the client needs.
public struct RemoteImage: Sendable, Decodable {
    public let id: ImageID
    /// Nil if it is not told: its owner does not give the original to others.
    public let digest: Digest?
    public let title: String
    public let format: ImageFormat
    /// Bytes of the original.
    public let bytes: Int64
    /// The date taken, in the camera's local time; nil if it is unknown.
    public let dateTaken: String?
    public let dateAdded: String
    /// When it is deleted for good; nil unless it is in the trash.
    public let expiresAt: String?
    /// In the trash, the image that this was until its original was replaced; nil for any other.
    public let versionOf: ImageID?
    private let json: JSONValue

    /// The whole record, as JSON on one line.
    public var jsonText: String {
        get throws { String(decoding: try JSONMessage.encode(json), as: UTF8.self) }
    }

    private enum CodingKeys: String, CodingKey {
        case id, digest, title, format, bytes
        case dateTaken = "date_taken"
        case dateAdded = "date_added"
        case expiresAt = "expires_at"
        case versionOf = "version_of"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(ImageID.self, forKey: .id)
        digest = try container.decodeIfPresent(Digest.self, forKey: .digest)
        title = try container.decode(String.self, forKey: .title)
        format = try container.decode(ImageFormat.self, forKey: .format)
        bytes = try container.decode(Int64.self, forKey: .bytes)
        dateTaken = try container.decodeIfPresent(String.self, forKey: .dateTaken)
        dateAdded = try container.decode(String.self, forKey: .dateAdded)
        expiresAt = try container.decodeIfPresent(String.self, forKey: .expiresAt)
        versionOf = try container.decodeIfPresent(ImageID.self, forKey: .versionOf)
        json = try JSONValue(from: decoder)
    }
}

/// The part of the answer to an upload that the client needs: parsing the whole record takes longer than sending a
/// small file.
struct UploadReceipt: Sendable, Decodable {
    let id: ImageID
    /// Nil if the client's token may not read.
    let digest: Digest?
    /// Whether the account had the image already.
    let duplicate: Bool
}

/// A page of a list of images.
public struct RemotePage: Sendable, Decodable {
    public let images: [RemoteImage]
    /// The cursor of the next page; nil on the last.
    public let next: String?
}

/// A file of an image on the server.
struct RemoteFile: Sendable, Decodable {
    let type: FileType
    let format: ImageFormat
    let bytes: Int64
    /// Eight hexadecimal digits.
    let crc32: String
}

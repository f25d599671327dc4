public import Domain
public import SystemIO

/// A kept file, open and ready to be sent.
public struct ServedFile: Sendable {
    public let file: FileDescriptor
    public let stored: StoredFile
    public let details: ServedDetails

    /// Changes with the bytes: the digest for an original, and the type and checksum with it for a rendition.
    public let validator: String

    init(file: FileDescriptor, stored: StoredFile, details: ServedDetails) {
        (self.file, self.stored, self.details) = (file, stored, details)
        let digest = stored.digest.description
        validator =
            stored.type == .original
            ? digest : "\(digest.prefix(32))-\(stored.type.rawValue)-\(String(stored.crc32, radix: 16))"
    }
}

/// What of an image matters when one of its files is sent.
public struct ServedDetails: Sendable {
    public let owner: AccountID
    public let visibility: Visibility
    public let title: String
}

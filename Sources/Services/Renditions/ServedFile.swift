public import Domain
internal import Synchronization
public import SystemIO

/// A kept file, open and ready to be sent.
public struct ServedFile: Sendable {
    public let file: FileDescriptor
    public let stored: StoredFile
    public let details: ServedDetails
    /// Tells this opening of the file, with all that is said of it here, from every other.
    public let opening: UInt64
    /// The whole file, where it is small enough to be kept in memory.
    public let bytes: [UInt8]?

    private static let openings = Atomic<UInt64>(0)

    /// Changes with the bytes: the digest for an original, and the type and checksum with it for a rendition.
    public let validator: String

    init(file: FileDescriptor, stored: StoredFile, details: ServedDetails, bytes: [UInt8]?) {
        (self.file, self.stored, self.details, self.bytes) = (file, stored, details, bytes)
        opening = Self.openings.wrappingAdd(1, ordering: .relaxed).newValue
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

/// The identity of an archive.
public struct ArchiveID: Identity {
    public let value: UniqueID
    public init(value: UniqueID) { self.value = value }
}

/// Files of many images to be downloaded as one. It has the list of the files; the bytes are put together while they
/// are sent.
public struct Archive: Hashable, Sendable {
    public let id: ArchiveID
    /// The owner; nil if it was created without an account.
    public let owner: AccountID?
    /// Without an extension.
    public let name: String
    /// The type of file of each image.
    public let type: FileType
    public let files: Int64
    /// Bytes of the whole archive.
    public let bytes: Int64
    /// The offset and the length of its central directory.
    public let directoryOffset: Int64, directoryLength: Int64
    /// Different for archives that differ in any byte.
    public let fingerprint: Digest
    public let dateCreated: Timestamp
    public let expires: Timestamp
    /// The end of what the last download has sent; 0 if there was none.
    public let bytesSent: Int64
    /// When the last download got further; nil if there was none.
    public let dateSent: Timestamp?

    /// A download that has not got further for so long is interrupted.
    public static let stallSeconds = 10.0

    /// How far the last download is.
    public enum State: String, Sendable, CaseIterable {
        /// There was none yet.
        case ready
        case sending
        /// It has stopped before the end, and can be resumed.
        case interrupted
        case sent
    }

    public func state(at now: Timestamp = .now) -> State {
        guard let dateSent else { return .ready }
        if bytesSent >= bytes { return .sent }
        return now < dateSent.advanced(bySeconds: Self.stallSeconds) ? .sending : .interrupted
    }

    public init(
        id: ArchiveID, owner: AccountID?, name: String, type: FileType, files: Int64, bytes: Int64,
        directoryOffset: Int64, directoryLength: Int64, fingerprint: Digest, dateCreated: Timestamp, expires: Timestamp,
        bytesSent: Int64 = 0, dateSent: Timestamp? = nil
    ) {
        (self.id, self.owner, self.name, self.type) = (id, owner, name, type)
        (self.files, self.bytes, self.fingerprint) = (files, bytes, fingerprint)
        (self.directoryOffset, self.directoryLength) = (directoryOffset, directoryLength)
        (self.dateCreated, self.expires) = (dateCreated, expires)
        (self.bytesSent, self.dateSent) = (bytesSent, dateSent)
    }
}

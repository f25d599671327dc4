/// A file in an archive, as it was when the archive was created.
public struct ArchiveEntry: Hashable, Sendable {
    /// 0 for the first.
    public let position: Int64
    public let image: ImageID
    /// The version of the image's record when the archive was created.
    public let version: Int64
    public let digest: Digest
    /// Unique in the archive.
    public let name: String
    public let bytes: Int64
    public let crc32: UInt32
    public let date: ArchivedDate
    /// The offset of its record in the archive, and of its entry from the start of the central directory.
    public let offset: Int64, directoryOffset: Int64

    public init(
        position: Int64, image: ImageID, version: Int64, digest: Digest, name: String, bytes: Int64, crc32: UInt32,
        date: ArchivedDate, offset: Int64, directoryOffset: Int64
    ) {
        (self.position, self.image, self.version, self.digest) = (position, image, version, digest)
        (self.name, self.bytes, self.crc32, self.date) = (name, bytes, crc32, date)
        (self.offset, self.directoryOffset) = (offset, directoryOffset)
    }
}

/// The date of a file when it is unpacked: the date taken, otherwise the date added.
public struct ArchivedDate: Hashable, Sendable {
    /// The local time.
    public let local: CivilTime
    /// The moment, in seconds since 1970, if the camera's offset is known.
    public let moment: Int64?

    public init(local: CivilTime, moment: Int64?) { (self.local, self.moment) = (local, moment) }

    public init(taken: TakenDate?, added: Timestamp) {
        if let taken {
            local = taken.local
            moment = taken.offset.map { taken.local.secondsSince1970 - Int64($0.minutes) * 60 }
        } else {
            local = CivilTime(secondsSince1970: added.seconds)
            moment = added.seconds
        }
    }
}

/// An image that may be added to an archive, with its file of the wanted type.
public struct ArchiveCandidate: Hashable, Sendable {
    public let image: ImageID
    public let version: Int64
    /// The image's file name, or else its title.
    public let name: String
    public let date: ArchivedDate
    /// Why a file of the type cannot be made, if that is known.
    public let damage: String?
    /// Nil if there is no file of the type.
    public let file: StoredFile?
    /// Whether the image is seen, but its owner does not give its files of the type away.
    public let isWithheld: Bool

    public init(
        image: ImageID, version: Int64, name: String, date: ArchivedDate, damage: String?, file: StoredFile?,
        isWithheld: Bool
    ) {
        (self.image, self.version, self.name, self.date) = (image, version, name, date)
        (self.damage, self.file, self.isWithheld) = (damage, file, isWithheld)
    }
}

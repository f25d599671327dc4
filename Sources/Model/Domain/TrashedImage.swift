/// An image in the trash.
public struct TrashedImage: Sendable, Hashable {
    public let record: ImageRecord
    public let dateTrashed: Timestamp
    /// The image that this is a former version of: its original was replaced. Nil if it is an image of its own.
    public let versionOf: ImageID?

    public init(record: ImageRecord, dateTrashed: Timestamp, versionOf: ImageID? = nil) {
        (self.record, self.dateTrashed, self.versionOf) = (record, dateTrashed, versionOf)
    }
}

/// An image in the trash.
public struct TrashedImage: Sendable, Hashable {
    public let record: ImageRecord
    public let dateTrashed: Timestamp

    public init(record: ImageRecord, dateTrashed: Timestamp) {
        (self.record, self.dateTrashed) = (record, dateTrashed)
    }
}

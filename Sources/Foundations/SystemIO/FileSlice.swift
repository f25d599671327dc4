/// A run of bytes of an open file.
public struct FileSlice: Sendable {
    public let file: FileDescriptor
    public let offset: Int64
    public let length: Int64

    public init(file: FileDescriptor, offset: Int64, length: Int64) {
        (self.file, self.offset, self.length) = (file, offset, length)
    }
}

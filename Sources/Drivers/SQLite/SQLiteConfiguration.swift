/// How a SQLite database is opened; the defaults suit a server of millions of rows.
public struct SQLiteConfiguration: Sendable {
    /// The file, made if there is none.
    public var path: String
    /// Threads that read, each with a connection of its own; at least 1.
    public var readers = 4
    /// How many reads may wait for a reader.
    public var readQueue = 4096
    /// How many writes may wait for the writer.
    public var writeQueue = 4096
    /// How many writes one commit may hold.
    public var groupSize = 256
    /// How long a connection waits for a lock that another process holds, in milliseconds.
    public var busyTimeout = 10_000
    /// Memory for pages, in bytes a connection.
    public var writerCache = 64 << 20, readerCache = 16 << 20
    /// How much of the file readers map into memory, in bytes.
    public var mappedBytes = 256 << 20
    /// Prepared statements kept a connection.
    public var statements = 128
    /// The most bytes that the file may grow to; nil for no limit of ours. Held to whole pages.
    public var maximumBytes: Int?

    public init(path: String) { self.path = path }
}

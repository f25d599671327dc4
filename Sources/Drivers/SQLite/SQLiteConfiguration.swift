/// How an SQLite database is opened. The defaults suit a server with millions of rows.
public struct SQLiteConfiguration: Sendable {
    /// The file, which is created if it does not exist.
    public var path: String
    /// The number of reading threads, each with its own connection; at least 1.
    public var readers = 4
    /// The maximum number of reads in the queue.
    public var readQueue = 4096
    /// The maximum number of writes in the queue.
    public var writeQueue = 4096
    /// The maximum number of writes in one commit.
    public var groupSize = 256
    /// How long a connection waits for a lock that another process holds, in milliseconds.
    public var busyTimeout = 10_000
    /// The page cache of each connection, in bytes.
    public var writerCache = 64 << 20, readerCache = 16 << 20
    /// The part of the file that readers map into memory, in bytes.
    public var mappedBytes = 256 << 20
    /// The maximum number of cached prepared statements of each connection.
    public var statements = 128
    /// The maximum size of the file in bytes, rounded down to whole pages; nil for no limit.
    public var maximumBytes: Int?

    public init(path: String) { self.path = path }
}

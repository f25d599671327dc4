internal import CSQLite
internal import Glibc

/// Disk space for the write-ahead log beyond its end, so that images can still be deleted when the disk is full: every
/// commit appends to the log until it begins anew.
///
/// The space is asked for behind the end of the file, whose size does not change (`FALLOC_FL_KEEP_SIZE`, fallocate(2)).
/// Without it, on file systems that cannot or on a disk that is full already, everything works as before.
struct LogReserve {
    /// The reserve, and what may be left of it before it is filled up.
    private static let bytes: Int64 = 4 << 20, least: Int64 = 2 << 20

    private let path: String
    private var reserved: Int64 = 0

    /// - Parameter database: the path of the database.
    init(of database: String) { path = database + "-wal" }

    /// Makes sure that there is some space. Called after each commit; it does something only once in two mebibytes.
    mutating func fillUp() {
        var status = stat()
        guard stat(path, &status) == 0, reserved - Int64(status.st_size) < Self.least else { return }
        let file = open(path, O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        defer { close(file) }
        let wanted = Int64(status.st_size) + Self.bytes
        if tintype_reserve(file, wanted) == 0 { reserved = wanted }
    }
}

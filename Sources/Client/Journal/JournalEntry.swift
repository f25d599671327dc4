internal import Domain
internal import HTTPTypes
internal import SystemIO

/// A file that the server has acknowledged, and its state when it was read.
///
/// As a line: `digest image bytes modified device inode path .`, separated by single spaces, the path percent-encoded
/// if a byte is not unreserved (RFC 3986). The full stop distinguishes a complete line from an incomplete one.
struct JournalEntry: Hashable, Sendable {
    /// Absolute in a journal.
    var path: FilePath
    let bytes: Int64
    /// Nanoseconds since 1970.
    let modified: Int64
    let device: UInt64, inode: UInt64
    let digest: Digest
    let image: ImageID

    init(path: FilePath, status: FileStatus, digest: Digest, image: ImageID) {
        (self.path, bytes, modified) = (path, status.bytes, status.modified)
        (device, inode, self.digest, self.image) = (status.device, status.inode, digest, image)
    }

    /// Parses a line without its line break; nil for anything that `line` does not write.
    init?(line: some StringProtocol) {
        let fields = line.split(separator: " ", omittingEmptySubsequences: false)
        guard fields.count == 8, fields[7] == ".", let digest = Digest(fields[0]),
            let image = ImageID(String(fields[1])),
            let bytes = Int64(fields[2]), let modified = Int64(fields[3]), let device = UInt64(fields[4]),
            let inode = UInt64(fields[5]),
            let path = PercentEncoding.decode(fields[6].utf8).flatMap(FilePath.init(bytes:))
        else { return nil }
        (self.digest, self.image, self.bytes, self.modified) = (digest, image, bytes, modified)
        (self.device, self.inode, self.path) = (device, inode, path)
    }

    var line: String {
        "\(digest) \(image) \(bytes) \(modified) \(device) \(inode) \(PercentEncoding.encode(path.bytes)) .\n"
    }

    /// Whether a file is unchanged since it was read, as far as its status shows.
    func describes(_ status: FileStatus, at path: FilePath) -> Bool {
        bytes == status.bytes && modified == status.modified && device == status.device
            && inode == status.inode && self.path == path
    }
}

internal import Domain

/// A file of an image on the server.
struct RemoteFile: Sendable, Decodable {
    let type: FileType
    let format: ImageFormat
    let bytes: Int64
    /// Eight hexadecimal digits.
    let crc32: String
}

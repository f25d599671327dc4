public import Domain
internal import HTTPClient
internal import HTTPTypes
public import Runtime
public import SystemIO

/// A compressed file on another server.
public struct RemoteCompression: Sendable, Decodable {
    public let format: ImageFormat
    public let width: Int, height: Int
    public let bytes: Int64
}

extension Connection {
    /// The compressed file of an image; nil if there is none.
    public func compression(of id: ImageID) async throws -> RemoteCompression? {
        struct Entry: Decodable {
            let type: FileType
            let format: ImageFormat
            let width: Int, height: Int, bytes: Int64
        }
        struct Answer: Decodable {
            /// Nil if they are not told: the image is somebody else's.
            let files: [Entry]?
        }
        let response = try await call(.get, "/v1/images/\(id)/metadata")
        let files = try JSONMessage.decode(Answer.self, from: response.body).files
        return files?.first { $0.type == .compressed }.map {
            RemoteCompression(format: $0.format, width: $0.width, height: $0.height, bytes: $0.bytes)
        }
    }

    /// Downloads the original of an image into an open file, and verifies its digest.
    ///
    /// - Parameter files: the threads that compute the digest.
    /// - Returns: its record.
    /// - Throws: `ClientError` with `damaged` if the bytes differ.
    public func fetchOriginal(
        of id: ImageID, to file: FileDescriptor, files: BlockingPool<Void>
    ) async throws -> RemoteImage {
        let image = try await image(id)
        _ = try await call(
            .get, "/v1/images/\(id)/original",
            into: .stream(
                accepts: { response in
                    guard response.status == 200 else { return false }
                    // An earlier attempt may have been interrupted.
                    try file.truncate(to: 0)
                    try file.seek(to: 0)
                    return true
                }, write: { try file.write($0) }))
        let digest = try await files.run { try FileScan.digest(of: file, isCancelled: { false }).digest }
        guard digest == image.digest else {
            throw ClientError(.damaged, "other bytes came than the server says it has")
        }
        return image
    }

    /// Uploads a compressed file of an image.
    public func keepCompression(of id: ImageID, from file: FileDescriptor) async throws -> RemoteCompression {
        let slice = FileSlice(file: file, offset: 0, length: try file.size())
        let response = try await call(
            .put, "/v1/images/\(id)/compressed", fields: { ["Content-Type": "application/octet-stream"] },
            body: .file(slice), accepting: [200, 201])
        return try JSONMessage.decode(RemoteCompression.self, from: response.body)
    }

    /// Whether the server answers.
    public func isAlive() async -> Bool { (try? await call(.get, "/livez")) != nil }
}

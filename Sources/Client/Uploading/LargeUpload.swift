internal import Domain
internal import FoundationEssentials
internal import HTTPClient
internal import HTTPTypes
internal import Runtime
internal import SystemIO

/// The upload of a large file in several requests (tus 1.0), which goes on where it was cut off: in this run, in a later
/// one, or on another machine.
///
/// The client keeps nothing of it. The server lists the uploads under way with the digest that their bytes are to have,
/// and the digest of the file, which has just been read, finds the one of the same bytes.
struct LargeUpload: Sendable {
    /// Files of more bytes are sent so.
    static let threshold: Int64 = 16 << 20
    /// The bytes of a request: no limit of a proxy or of time is reached, and the answers cost nothing yet.
    private static let pieceBytes: Int64 = 32 << 20
    /// How often an upload that the server has given up meanwhile is begun anew.
    private static let maximumBeginnings = 3
    private static let version: HTTPFields = ["Tus-Resumable": "1.0.0"]

    let connection: Connection
    let file: FileDescriptor
    let bytes: Int64
    let digest: Digest
    let name: String
    let details: UploadDetails
    /// Whether the file is still the one that was digested.
    let isUnchanged: @Sendable () async throws -> Bool
    let onProgress: @Sendable (_ sent: Int64) -> Void

    /// An upload as the server lists it.
    private struct Listed: Decodable {
        let id: UploadID
        let length: Int64?
        let metadata: String?
    }

    /// Where the upload is.
    private enum Step {
        case offset(Int64)
        case ended(UploadReceipt)
        /// The server does not know the upload any more.
        case gone
    }

    /// Sends what the server does not have, and answers with the image.
    ///
    /// - Returns: nil if the server knows no such uploads.
    func run() async throws -> UploadReceipt? {
        for _ in 0..<Self.maximumBeginnings {
            guard let id = try await begin() else { return nil }
            var step = Step.offset(0)
            // The first answer says whether the server has some of it already.
            var isKnown = false
            while case .offset(let offset) = step {
                step = try await send(to: "/v1/uploads/\(id)", from: isKnown ? offset : nil)
                isKnown = true
            }
            if case .ended(let receipt) = step { return receipt }
        }
        throw ClientError(.refused, "the server has given up the upload several times while it was sent")
    }

    /// Finds the upload of the same bytes with the same details, or begins one.
    private func begin() async throws -> UploadID? {
        let metadata = metadata
        return try await connection.repeating {
            // After an answer that was lost, the upload is there.
            let listed = try await connection.attempt(
                .get, "/v1/uploads?digest=\(digest)", accepting: [200, 404, 405])
            switch listed {
            case .failed(let failure, let error): return .failed(failure, error)
            case .answered(let response) where response.status != 200: return .answered(nil)
            case .answered(let response):
                let known = try JSONMessage.decode([String: [Listed]].self, from: response.body)["uploads"] ?? []
                if let one = known.last(where: { $0.metadata == metadata && $0.length == bytes }) {
                    return .answered(one.id)
                }
            }
            var fields = Self.version
            fields["Upload-Length"] = String(bytes)
            fields["Upload-Metadata"] = metadata
            switch try await connection.attempt(.post, "/v1/uploads", fields: fields, accepting: [201]) {
            case .failed(let failure, let error): return .failed(failure, error)
            case .answered(let response):
                return .answered(try JSONMessage.decode(Listed.self, from: response.body).id)
            }
        }
    }

    /// Sends the next piece.
    ///
    /// - Parameter offset: nil if the server is to be asked, as after each failure.
    private func send(to target: String, from offset: Int64?) async throws -> Step {
        let position = Locked(offset)
        let advanced = Locked(false)
        return try await connection.repeating(hasAdvanced: { advanced.withLock { $0 } }) {
            advanced.withLock { $0 = false }
            var known = position.withLock { $0 }
            position.withLock { $0 = nil }
            if known == nil {
                switch try await ask(target) {
                case .failed(let failure, let error): return .failed(failure, error)
                case .answered(.offset(let offset)): known = offset
                case .answered(let step): return .answered(step)
                }
            }
            guard let start = known else { return .answered(.gone) }
            guard try await isUnchanged() else {
                throw ClientError(.local, "it was changed while it was sent: try again when that is over")
            }
            let result = try await patch(target, from: start)
            // What has arrived of it counts, even if it was cut off: the next attempt asks.
            if case .failed = result, case .answered(.offset(let now)) = try await ask(target), now > start {
                position.withLock { $0 = now }
                advanced.withLock { $0 = true }
            }
            return result
        }
    }

    private func ask(_ target: String) async throws -> Connection.Attempt<Step> {
        switch try await connection.attempt(.head, target, fields: Self.version, accepting: [200, 404, 410]) {
        case .failed(let failure, let error): return .failed(failure, error)
        case .answered(let response) where response.status != 200: return .answered(.gone)
        case .answered(let response): return .answered(try step(response))
        }
    }

    private func patch(_ target: String, from start: Int64) async throws -> Connection.Attempt<Step> {
        let piece = FileSlice(file: file, offset: start, length: min(Self.pieceBytes, bytes - start))
        var fields = Self.version
        fields["Upload-Offset"] = String(start)
        fields["Content-Type"] = "application/offset+octet-stream"
        let attempt = try await connection.attempt(
            .patch, target, fields: fields, body: .file(piece), accepting: [204, 404, 409, 410],
            onProgress: { [onProgress] sent, _ in onProgress(start + sent) })
        switch attempt {
        case .failed(let failure, let error): return .failed(failure, error)
        case .answered(let response) where response.status == 204: return .answered(try step(response))
        // Another request has come between.
        case .answered(let response) where response.status == 409:
            return .failed(.busy(retryAfter: nil), ProblemDocument(response).error)
        case .answered: return .answered(.gone)
        }
    }

    private func step(_ response: HTTPClientResponse) throws -> Step {
        if let image = response.fields["Tintype-Image"].flatMap({ ImageID($0) }) {
            return .ended(
                UploadReceipt(id: image, digest: nil, duplicate: response.fields["Tintype-Duplicate"] == "true"))
        }
        if let problem = response.fields["Tintype-Problem"] {
            throw ClientError(.refused, "the server cannot make an image of it: \(problem)")
        }
        guard let offset = response.fields["Upload-Offset"].flatMap({ Int64($0) }), (0..<bytes).contains(offset) else {
            throw ClientError(.damaged, "the server does not say where the upload goes on")
        }
        return .offset(offset)
    }

    private var metadata: String {
        var pairs = [("filename", name), ("digest", digest.description)]
        if let title = details.title { pairs.append(("title", title)) }
        if let description = details.description { pairs.append(("description", description)) }
        if let visibility = details.visibility { pairs.append(("visibility", visibility.rawValue)) }
        if let path = details.albumPath { pairs.append(("album_path", path)) }
        if !details.tags.isEmpty { pairs.append(("tags", details.tags.joined(separator: ","))) }
        return pairs.map { "\($0.0) \(Data($0.1.utf8).base64EncodedString())" }.joined(separator: ",")
    }
}

internal import BlobStorage
internal import CatalogStorage
public import Domain
internal import Runtime

/// Uploads that are sent in several requests, and continue where they were cut off.
///
/// It knows no protocol. Every request checks the rights anew, and ends the request before it (`UploadTurns`); the
/// offset that it answers is on stable storage (docs/decisions/0055).
public struct ResumableUploads: Sendable {
    /// What an account may have, and for how long.
    public struct Limits: Sendable {
        /// How long an upload that nobody continues is kept, in seconds.
        public var seconds = 7 * 86_400.0
        /// How many an account may have under way.
        public var underWay: Int64 = 1000

        public init() {}
    }

    /// How many bytes are received before they are recorded: what is lost at most if the server is killed.
    static let checkpointBytes: Int64 = 64 << 20
    /// How long parts are kept after they were put together, in seconds.
    static let secondsAfterConcatenation = 3600.0

    let repository: Repository
    let ingest: Ingest
    let albums: Albums
    let limits: Limits
    let turns = UploadTurns()
    /// The digests of what has arrived, so that it need not be read again.
    let digests = BoundedCache<UploadID, RunningDigest>(capacity: 1024)

    public init(repository: Repository, ingest: Ingest, albums: Albums, limits: Limits = Limits()) {
        (self.repository, self.ingest, self.albums, self.limits) = (repository, ingest, albums, limits)
    }

    /// The most bytes of one upload.
    public var maximumBytes: Int64 { ingest.maximumBytes }

    /// Begins an upload, for which nothing is received yet.
    ///
    /// - Parameters:
    ///   - kind: `whole` or `part`.
    ///   - length: nil if it is not known yet.
    /// - Throws: `invalid` for a description that no image can have, or an empty image; `tooLarge`; `quotaExceeded`;
    ///   `storageFull`; `tooManyUploads`; `unauthenticated` for a stranger.
    public func begin(
        _ kind: ResumableUpload.Kind, length: Int64?, _ description: UploadDescription, for viewer: Viewer
    ) async throws -> ResumableUpload {
        _ = try description.details.titled(by: description.fileName).validated()
        if let length {
            guard length <= maximumBytes else { throw ServiceError.tooLarge(maximumBytes) }
            guard length > 0 || kind != .whole else { throw ServiceError.empty }
        }
        try await requireSpace(for: length ?? 0)
        let description = try await placed(description, for: viewer)
        let upload = ResumableUpload(
            id: UploadID(), owner: try viewer.owner(), token: viewer.token, kind: kind, name: WaitingFiles.newName(),
            length: length, description: description, dateCreated: .now, expires: expiry())
        try await repository.catalog.beginUpload(upload, maximumUnderWay: limits.underWay)
        return upload
    }

    /// An upload as it is; a request that adds to it goes on.
    ///
    /// - Throws: `notFound`; `uploadExpired`.
    public func upload(_ id: UploadID, for viewer: Viewer) async throws -> ResumableUpload {
        try allow(try await repository.catalog.upload(id), for: viewer)
    }

    /// Ends the request that adds to an upload, and answers with what is there then. If all bytes are there, and the
    /// upload has not become an image yet, it does now.
    ///
    /// - Throws: `notFound`; `uploadExpired`.
    public func takeOver(_ id: UploadID, for viewer: Viewer) async throws -> ResumableUpload {
        _ = try await upload(id, for: viewer)
        return try await turns.withTurn(id) { _ in
            let upload = try await claim(id, for: viewer)
            guard upload.isDue else { return upload }
            return try await complete(upload, file: nil, for: viewer).upload
        }
    }

    /// The uploads of the viewer that are under way, oldest first.
    ///
    /// - Parameter digest: only those whose sender has announced it, unless it is nil.
    public func list(announcing digest: Digest?, for viewer: Viewer) async throws -> [ResumableUpload] {
        let all = try await repository.catalog.uploads(
            of: try viewer.owner(), begunWith: viewer.mayRead ? nil : viewer.token)
        return all.filter { upload in
            upload.expires > .now && (digest == nil || upload.description.digest == digest)
        }
    }

    /// Ends an upload, and forgets it. An image that it has become stays.
    ///
    /// - Throws: `notFound`; `uploadExpired`.
    public func remove(_ id: UploadID, for viewer: Viewer) async throws {
        _ = try await upload(id, for: viewer)
        try await turns.withTurn(id) { _ in
            let upload = try await claim(id, for: viewer)
            guard try await repository.catalog.removeUpload(id) else { throw Self.noUpload }
            if let name = upload.name { try await repository.store.waiting.remove([name]) }
            digests.remove([id])
        }
    }

    /// Gives up the uploads that have expired: their bytes are removed.
    ///
    /// - Returns: how many.
    @discardableResult
    public func giveUp(expiredBefore now: Timestamp = .now) async throws -> Int {
        var count = 0
        while true {
            let names = try await repository.catalog.giveUpUploads(expiredBefore: now)
            try await repository.store.waiting.remove(names)
            count += names.count
            if names.isEmpty { return count }
        }
    }

    /// A description with the album that it names by its path.
    func placed(_ description: UploadDescription, for viewer: Viewer) async throws -> UploadDescription {
        guard let placement = description.placement else { return description }
        var placed = description
        placed.placement?.album = try await albums.album(for: placement, description.visibility, for: viewer)
        placed.placement?.path = nil
        return placed
    }

    /// The upload, from now on of this request alone.
    func claim(_ id: UploadID, for viewer: Viewer) async throws -> ResumableUpload {
        try allow(try await repository.catalog.claimUpload(id), for: viewer)
    }

    /// - Throws: `notFound` unless the viewer may know of the upload; `uploadExpired`.
    func allow(_ upload: ResumableUpload?, for viewer: Viewer) throws -> ResumableUpload {
        guard let upload, upload.owner == viewer.account, viewer.mayRead || upload.token == viewer.token else {
            throw Self.noUpload
        }
        guard upload.expires > .now, upload.outcome != nil || upload.name != nil || upload.kind == .final else {
            throw ServiceError(
                .uploadExpired, "The upload was not continued in time, and was given up: begin another one.")
        }
        return upload
    }

    func expiry() -> Timestamp { Timestamp.now.advanced(bySeconds: limits.seconds) }

    /// - Throws: `storageFull` if the disk has no room for bytes that are to come.
    func requireSpace(for bytes: Int64) async throws {
        if let free = try await repository.store.freeBytes(), free < bytes { throw ServiceError.storageFull }
    }

    static let noUpload = ServiceError(.notFound, "There is no such upload.")
}

extension ResumableUpload {
    /// Whether all bytes are there, and it is to become an image.
    var isDue: Bool { isReceived && kind == .whole && outcome == nil }
}

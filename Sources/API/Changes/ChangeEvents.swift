internal import Domain
internal import HTTPTypes
internal import Services

/// The stream of one client: changes, and the progress of its jobs, uploads and archives.
///
/// Each event of a change has the cursor behind it as its id, with which a client that was cut off goes on.
actor ChangeEvents {
    private static let heartbeatSeconds = 15.0
    /// Other processes do not wake a stream, so that it looks by itself.
    private static let pollSeconds = 2.0
    /// Between two looks at the changes, and at jobs and uploads: a server that writes a lot must not read as often for
    /// every stream.
    private static let pause = Duration.milliseconds(100)
    private static let progressPause = Duration.milliseconds(500)
    private static let pageLength = 200

    private let changes: Changes
    private let call: Call
    /// Nil if changes are not wanted.
    private var cursor: Cursor?
    private let kinds: Set<RecordedChange.Kind>?
    private var jobs: JobProgress?
    private var uploads: UploadProgress?
    private var archives: ArchiveProgress?
    private let images: @Sendable ([Job]) async throws -> [JobID: [ImageID]]
    /// Released with the stream.
    private let reservation: StreamReservation
    private let isStopping: @Sendable () -> Bool
    private var lastEvent: ContinuousClock.Instant?
    private var lastProgress: ContinuousClock.Instant?

    init(
        changes: Changes, call: Call, since cursor: Cursor?, kinds: Set<RecordedChange.Kind>?, jobs: JobProgress?,
        uploads: UploadProgress?, archives: ArchiveProgress?,
        images: @escaping @Sendable ([Job]) async throws -> [JobID: [ImageID]],
        reservation: StreamReservation, isStopping: @escaping @Sendable () -> Bool
    ) {
        (self.changes, self.call, self.cursor, self.kinds) = (changes, call, cursor, kinds)
        (self.jobs, self.uploads, self.archives) = (jobs, uploads, archives)
        (self.images, self.reservation) = (images, reservation)
        self.isStopping = isStopping
    }

    /// The next events, or a heartbeat; nil once the credentials are not valid any more, the account has another role, or
    /// the server stops.
    func next() async throws -> [UInt8]? {
        while !Task.isCancelled, !isStopping() {
            let seen = changes.writeCount
            guard let viewer = try? await call.readmit(), viewer.sees(asMuchAs: call.viewer) else { return nil }
            guard let (changed, hasMore) = try await changeEvents() else { return nil }
            let events = try await changed + progressEvents()
            if !events.isEmpty { return sent(events) }
            if lastEvent.map({ $0.duration(to: .now) >= .seconds(Self.heartbeatSeconds) }) ?? true {
                return sent(try Self.event("heartbeat", id: cursor, ["date": Timestamp.now]))
            }
            if hasMore { continue }
            await changes.waitForWrite(after: seen, atMost: Self.pollSeconds)
            try await Task.sleep(for: Self.pause)
        }
        return nil
    }

    private func sent(_ events: [UInt8]) -> [UInt8] {
        lastEvent = .now
        return events
    }

    /// Nil if the changes since the last look are not known any more.
    private func changeEvents() async throws -> (events: [UInt8], hasMore: Bool)? {
        guard let since = cursor else { return ([], false) }
        let page: ChangePage
        do {
            page = try await changes.changes(since: since, limit: Self.pageLength, kinds: kinds, for: call.viewer)
        } catch let error where ServiceError(explaining: error)?.code == .outdatedCursor {
            return nil
        }
        cursor = page.next
        var events: [UInt8] = []
        for change in page.changes { events += try Self.event("change", id: change.cursor, ChangeView(change)) }
        return (events, page.hasMore)
    }

    private func progressEvents() async throws -> [UInt8] {
        guard jobs != nil || uploads != nil || archives != nil,
            lastProgress.map({ $0.duration(to: .now) >= Self.progressPause }) ?? true
        else { return [] }
        lastProgress = .now
        var events: [UInt8] = []
        let changed = try await nextJobs()
        let images = changed.isEmpty ? [:] : try await images(changed)
        for job in changed { events += try Self.event("job", JobView(job, images: images, call.links)) }
        for upload in try await nextUploads() {
            events += try Self.event("upload", ResumableUploadView(upload, call.links))
        }
        for archive in try await nextArchives() {
            events += try Self.event(
                "archive", ArchiveView(archive: archive, url: call.links.archive(archive.id)))
        }
        return events
    }

    private func nextJobs() async throws -> [Job] {
        guard var progress = jobs else { return [] }
        defer { jobs = progress }
        return try await progress.next()
    }

    private func nextUploads() async throws -> [ResumableUpload] {
        guard var progress = uploads else { return [] }
        defer { uploads = progress }
        return try await progress.next(for: call.viewer)
    }

    private func nextArchives() async throws -> [Archive] {
        guard var progress = archives else { return [] }
        defer { archives = progress }
        return try await progress.next(for: call.viewer)
    }

    private static func event(_ name: String, id: Cursor? = nil, _ value: some Encodable) throws -> [UInt8] {
        let id = id.map { "id: \($0)\n" } ?? ""
        return Array("event: \(name)\n\(id)data: ".utf8) + (try JSONBytes.encode(value)) + Array("\n\n".utf8)
    }
}

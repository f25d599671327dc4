internal import Domain
internal import HTTPTypes
public import Services
internal import Streams

/// The feed of changes, in parts and as a stream.
public struct ChangeRoutes: Sendable {
    /// What a stream tells of.
    enum Topic: String, CaseIterable {
        case changes, jobs, uploads, archives
    }

    private let changes: Changes
    private let jobs: Jobs
    private let uploads: ResumableUploads
    private let archives: Archives
    private let isStopping: @Sendable () -> Bool

    /// - Parameter isStopping: whether the server is about to stop, so that streams end.
    public init(
        changes: Changes, jobs: Jobs, uploads: ResumableUploads, archives: Archives,
        isStopping: @escaping @Sendable () -> Bool
    ) {
        (self.changes, self.jobs, self.uploads, self.archives) = (changes, jobs, uploads, archives)
        self.isStopping = isStopping
    }

    public var routes: [Route] {
        [Route(.get, "/v1/changes", list), Route(.get, "/v1/changes/events", events)]
    }

    private func list(_ call: Call) async throws -> HTTPResponse {
        let query = try QueryParameters(call.request.target, known: ["since", "limit", "kinds"])
        let limit = try query.number("limit", in: 1...1000) ?? 100
        let kinds = try query.words("kinds", RecordedChange.Kind.self)
        guard let cursor = try query.since() else {
            return .json(.ok, ChangePageView(cursor: try await changes.cursor(for: call.viewer)))
        }
        let page = try await changes.changes(since: cursor, limit: limit, kinds: kinds, for: call.viewer)
        return .json(.ok, ChangePageView(page))
    }

    /// Server-sent events (HTML standard, section 9.2), without an end.
    private func events(_ call: Call) async throws -> HTTPResponse {
        let query = try QueryParameters(call.request.target, known: ["since", "kinds", "streams"])
        let kinds = try query.words("kinds", RecordedChange.Kind.self)
        let all: Set<Topic> = call.viewer.account == nil ? [.changes] : Set(Topic.allCases)
        let topics = try query.words("streams", Topic.self) ?? all
        let start: Cursor
        if let cursor = try Self.lastEvent(of: call.request) ?? query.since() {
            // Before the answer has begun, so that its status can say what is wrong with the cursor.
            _ = try await changes.changes(since: cursor, limit: 1, kinds: kinds, for: call.viewer)
            start = cursor
        } else {
            start = try await changes.cursor(for: call.viewer)
        }
        let events = ChangeEvents(
            changes: changes, call: call, since: topics.contains(.changes) ? start : nil, kinds: kinds,
            jobs: topics.contains(.jobs) ? try JobProgress(of: call.viewer, in: jobs) : nil,
            uploads: topics.contains(.uploads) ? try UploadProgress(of: call.viewer, in: uploads) : nil,
            archives: topics.contains(.archives) ? try ArchiveProgress(of: call.viewer, in: archives) : nil,
            images: { [jobs] in try await jobs.images(of: $0, for: call.viewer) },
            reservation: try changes.openStream(for: call.viewer), isStopping: isStopping)
        return HTTPResponse(
            .ok, fields: ["Content-Type": "text/event-stream", "Cache-Control": "no-store"],
            body: .stream(length: nil, ByteStream { try await events.next() }))
    }

    /// Where a client that was cut off goes on: it sends the address as before, so that this counts more.
    private static func lastEvent(of request: HTTPRequest) throws -> Cursor? {
        guard let text = request.fields["Last-Event-ID"], !text.isEmpty else { return nil }
        guard let cursor = Cursor(text) else {
            throw Problem.badRequest(
                "Last-Event-ID must be the 'id' of an event, as it was given.", at: .header("Last-Event-ID"))
        }
        return cursor
    }
}

extension QueryParameters {
    fileprivate func since() throws -> Cursor? {
        try value("since", "the 'next' of an earlier answer, as it was given") { Cursor($0) }
    }

    /// Words that are separated by commas; nil if there are none.
    fileprivate func words<Word: RawRepresentable<String> & CaseIterable & Hashable>(
        _ name: String, _ type: Word.Type
    ) throws -> Set<Word>? {
        let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
        return try value(name, "some of \(known), with commas between them") { text in
            let words = text.split(separator: ",", omittingEmptySubsequences: false).map { Word(rawValue: String($0)) }
            return words.contains(nil) ? nil : Set(words.compactMap(\.self))
        }
    }
}

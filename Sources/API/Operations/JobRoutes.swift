internal import Domain
internal import HTTPTypes
public import Services
internal import Streams

/// Jobs: their state, their progress as events, and retries.
public struct JobRoutes: Sendable {
    private let jobs: Jobs
    private let isStopping: @Sendable () -> Bool

    /// - Parameter isStopping: whether the server is about to stop, so that streams end.
    public init(jobs: Jobs, isStopping: @escaping @Sendable () -> Bool) {
        (self.jobs, self.isStopping) = (jobs, isStopping)
    }

    public var routes: [Route] {
        [
            Route(.get, "/v1/jobs", list),
            Route(.get, "/v1/jobs/{id}", job),
            Route(.get, "/v1/jobs/{id}/events", events),
            Route(.post, "/v1/jobs/{id}/retry", retry),
        ]
    }

    private func list(_ call: Call) async throws -> HTTPResponse {
        let query = try QueryParameters(call.request.target, known: ["state", "kind", "cursor", "limit"])
        let page = try await jobs.list(
            state: try query.value("state", "queued, running, done or failed", Job.State.init),
            kind: try query.value("kind", Job.Kind.allCases.map(\.rawValue).joined(separator: ", "), Job.Kind.init),
            after: try query.cursor(), limit: try query.number("limit", in: 1...1000) ?? 100,
            for: call.viewer)
        let images = try await jobs.images(of: page.elements, for: call.viewer)
        return ListView(
            name: "jobs", ids: page.elements.map(\.id.description),
            entries: page.elements.map { JobView($0, images: images, call.links) },
            next: page.next?.description
        ).response(to: call.request)
    }

    private func job(_ call: Call) async throws -> HTTPResponse {
        .json(.ok, try await view(of: try await jobs.job(try call.jobID, for: call.viewer), call))
    }

    private func retry(_ call: Call) async throws -> HTTPResponse {
        .json(.accepted, try await view(of: try await jobs.retry(try call.jobID, for: call.viewer), call))
    }

    private func view(of job: Job, _ call: Call) async throws -> JobView {
        JobView(job, images: try await jobs.images(of: [job], for: call.viewer), call.links)
    }

    /// Server-sent events (HTML standard, section 9.2): the job at first, and again after each change.
    private func events(_ call: Call) async throws -> HTTPResponse {
        let id = try call.jobID
        _ = try await jobs.job(id, for: call.viewer)
        let events = JobEvents(
            jobs: jobs, id: id, viewer: call.viewer, links: call.links, isStopping: isStopping)
        return HTTPResponse(
            .ok, fields: ["Content-Type": "text/event-stream", "Cache-Control": "no-store"],
            body: .stream(length: nil, ByteStream { try await events.next() }))
    }

}

/// The events of one job for one client.
private actor JobEvents {
    private static let keepAlive = Duration.seconds(15)
    /// How long it takes at most until a stream sees that the server is about to stop.
    private static let lookSeconds = 2.0

    private let jobs: Jobs
    private let id: JobID
    private let viewer: Viewer
    private let links: Links
    private let isStopping: @Sendable () -> Bool
    private var last: Job?

    init(jobs: Jobs, id: JobID, viewer: Viewer, links: Links, isStopping: @escaping @Sendable () -> Bool) {
        (self.jobs, self.id, self.viewer, self.links) = (jobs, id, viewer, links)
        self.isStopping = isStopping
    }

    /// The next event, or a comment that keeps the connection alive; nil after the end of the job, or if the server stops.
    func next() async throws -> [UInt8]? {
        if let last, last.state.isFinal { return nil }
        let asked = ContinuousClock.now
        while !Task.isCancelled, !isStopping() {
            let seen = jobs.changeCount
            let job = try await jobs.job(id, for: viewer)
            if job != last {
                last = job
                let images = try await jobs.images(of: [job], for: viewer)
                let data = try JSONBytes.encode(JobView(job, images: images, links))
                return Array("event: \(job.state.rawValue)\ndata: ".utf8) + data + Array("\n\n".utf8)
            }
            if asked.duration(to: .now) >= Self.keepAlive { return Array(": still here\n\n".utf8) }
            await jobs.waitForChange(after: seen, atMost: Self.lookSeconds)
        }
        return nil
    }
}

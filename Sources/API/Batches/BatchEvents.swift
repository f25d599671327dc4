internal import Domain
internal import Services

/// The events of one batch for one client.
actor BatchEvents {
    private static let keepAlive = Duration.seconds(15)
    /// How long it takes at most until a stream sees that the server is about to stop.
    private static let lookSeconds = 2.0
    /// Between two looks at the batch, since counting many items costs some milliseconds.
    private static let pause = Duration.milliseconds(500)

    private let batches: Batches
    private let id: BatchID
    private let viewer: Viewer
    private let links: Links
    private let isStopping: @Sendable () -> Bool
    private var last: Batch?

    init(batches: Batches, id: BatchID, viewer: Viewer, links: Links, isStopping: @escaping @Sendable () -> Bool) {
        (self.batches, self.id, self.viewer, self.links) = (batches, id, viewer, links)
        self.isStopping = isStopping
    }

    /// The next event, or a comment that keeps the connection alive; nil after the end of the batch, or if the server stops.
    func next() async throws -> [UInt8]? {
        if let last, last.progress.pending == 0 { return nil }
        let asked = ContinuousClock.now
        while !Task.isCancelled, !isStopping() {
            if last != nil { try await Task.sleep(for: Self.pause) }
            let seen = batches.changeCount
            let batch = try await batches.batch(id, for: viewer)
            if batch != last {
                last = batch
                let data = try JSONBytes.encode(BatchView(batch: batch, items: nil, next: nil, links: links))
                let name = batch.progress.pending > 0 ? "pending" : "done"
                return Array("event: \(name)\ndata: ".utf8) + data + Array("\n\n".utf8)
            }
            if asked.duration(to: .now) >= Self.keepAlive { return Array(": still here\n\n".utf8) }
            await batches.waitForChange(after: seen, atMost: Self.lookSeconds)
        }
        return nil
    }
}

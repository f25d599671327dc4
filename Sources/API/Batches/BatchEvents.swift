internal import Domain
internal import Services

/// The events of one batch for one client.
actor BatchEvents {
    private static let keepAliveSeconds = 15.0
    /// Between two looks at the batch, since counting many items costs some milliseconds.
    private static let pause = Duration.milliseconds(500)

    private let batches: Batches
    private let id: BatchID
    private let viewer: Viewer
    private let links: Links
    private var last: Batch?

    init(batches: Batches, id: BatchID, viewer: Viewer, links: Links) {
        (self.batches, self.id, self.viewer, self.links) = (batches, id, viewer, links)
    }

    /// The next event, or a comment that keeps the connection alive; nil after the end of the batch.
    func next() async throws -> [UInt8]? {
        if let last, last.progress.pending == 0 { return nil }
        let asked = ContinuousClock.now
        while !Task.isCancelled {
            if last != nil { try await Task.sleep(for: Self.pause) }
            let seen = batches.changeCount
            let batch = try await batches.batch(id, for: viewer)
            if batch != last {
                last = batch
                let data = try JSONBytes.encode(BatchView(batch: batch, items: nil, next: nil, links: links))
                let name = batch.progress.pending > 0 ? "pending" : "done"
                return Array("event: \(name)\ndata: ".utf8) + data + Array("\n\n".utf8)
            }
            if asked.duration(to: .now) >= .seconds(Self.keepAliveSeconds - 1) { return Array(": still here\n\n".utf8) }
            await batches.waitForChange(after: seen, atMost: Self.keepAliveSeconds)
        }
        return nil
    }
}

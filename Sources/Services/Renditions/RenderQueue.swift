internal import Domain

/// The renders that wait, and whose turn it is: clients share the time fairly, and so do the contents that a client
/// asks for.
struct RenderQueue<Element> {
    struct Render {
        let id: UInt64
        let client: RenderClient
        let digest: Digest
        let cost: RenderCost
        let element: Element
    }

    /// Whether a render may begin.
    enum Verdict {
        case now
        case later
        /// Nothing else may begin before it has.
        case first
    }

    private struct Content {
        var start: Double
        var renders: [Render] = []
    }

    private struct Client {
        var start: Double
        var clock = FairClock()
        var contents: [Digest: Content] = [:]
        var count = 0
    }

    private var clients: [RenderClient: Client] = [:]
    private var clock = FairClock()
    private(set) var count = 0

    func count(of client: RenderClient) -> Int { clients[client]?.count ?? 0 }

    func count(of client: RenderClient, _ digest: Digest) -> Int {
        clients[client]?.contents[digest]?.renders.count ?? 0
    }

    mutating func append(_ render: Render) {
        var client = clients[render.client] ?? Client(start: clock.now)
        client.contents[render.digest, default: Content(start: client.clock.now)].renders.append(render)
        client.count += 1
        clients[render.client] = client
        count += 1
    }

    /// Takes the render whose turn it is, of those that may begin.
    mutating func takeNext(_ verdict: (Render) -> Verdict) -> Render? {
        var best: (end: Double, render: Render)?
        for client in clients.values {
            guard let candidate = Self.candidate(of: client, verdict) else { continue }
            guard candidate.verdict == .now else { return nil }
            let end = clock.end(ofTurnFrom: client.start, seconds: candidate.render.cost.seconds)
            if let best, (best.end, best.render.id) < (end, candidate.render.id) { continue }
            best = (end, candidate.render)
        }
        guard let (end, render) = best, var client = clients[render.client] else { return nil }
        let endOfContent = Self.end(of: render, in: client)
        client.contents[render.digest]?.start = endOfContent
        client.clock.count(render.cost.seconds, of: client.contents.count)
        client.start = end
        clients[render.client] = client
        remove(render)
        return render
    }

    /// Removes a render; nil if it does not wait.
    mutating func remove(_ id: UInt64, of client: RenderClient, _ digest: Digest) -> Render? {
        guard let render = clients[client]?.contents[digest]?.renders.first(where: { $0.id == id }) else { return nil }
        remove(render)
        return render
    }

    /// Removes the last render of the client that has most of them, if that is more than `count`.
    mutating func removeLast(ofClientWithMoreThan count: Int) -> Render? {
        guard let longest = clients.values.max(by: { $0.count < $1.count }), longest.count > count,
            let last = longest.contents.values.compactMap(\.renders.last).max(by: { $0.id < $1.id })
        else { return nil }
        remove(last)
        return last
    }

    /// Counts time that a render has taken.
    mutating func count(_ seconds: Double) {
        clock.count(seconds, of: clients.count)
    }

    /// The seconds of the cheap renders that would begin before another cheap one.
    func secondsBefore(_ seconds: Double, of client: RenderClient, _ digest: Digest) -> Double {
        let own = clients[client].map { Self.secondsBefore(seconds, of: digest, in: $0) } ?? 0
        let end = max(clients[client]?.start ?? clock.now, clock.now - FairClock.longestLag) + own + seconds
        return clients.reduce(own) { total, other in
            guard other.key != client, other.key != .uploads else { return total }
            return total + min(Self.cheapSeconds(of: other.value), max(0, end - other.value.start))
        }
    }

    private static func secondsBefore(_ seconds: Double, of digest: Digest, in client: Client) -> Double {
        let own = client.contents[digest].map { cheapSeconds(of: $0) } ?? 0
        let end = (client.contents[digest]?.start ?? client.clock.now) + own + seconds
        return client.contents.reduce(own) { total, other in
            guard other.key != digest else { return total }
            return total + min(cheapSeconds(of: other.value), max(0, end - other.value.start))
        }
    }

    private static func cheapSeconds(of client: Client) -> Double {
        client.contents.values.reduce(0) { $0 + cheapSeconds(of: $1) }
    }

    private static func cheapSeconds(of content: Content) -> Double {
        content.renders.reduce(0) { $0 + ($1.cost.isDear ? 0 : $1.cost.seconds) }
    }

    /// The first render of a client, by the turns of its contents, that may begin or that others wait for.
    private static func candidate(
        of client: Client, _ verdict: (Render) -> Verdict
    ) -> (render: Render, verdict: Verdict)? {
        let heads = client.contents.values.compactMap(\.renders.first)
            .map { (end: end(of: $0, in: client), render: $0) }
            .sorted { ($0.end, $0.render.id) < ($1.end, $1.render.id) }
        for (_, render) in heads {
            let verdict = verdict(render)
            if verdict != .later { return (render, verdict) }
        }
        return nil
    }

    private static func end(of render: Render, in client: Client) -> Double {
        client.clock.end(
            ofTurnFrom: client.contents[render.digest]?.start ?? client.clock.now, seconds: render.cost.seconds)
    }

    private mutating func remove(_ render: Render) {
        guard var client = clients[render.client] else { return }
        client.contents[render.digest]?.renders.removeAll { $0.id == render.id }
        if client.contents[render.digest]?.renders.isEmpty ?? true { client.contents[render.digest] = nil }
        client.count -= 1
        clients[render.client] = client.count == 0 ? nil : client
        count -= 1
    }
}

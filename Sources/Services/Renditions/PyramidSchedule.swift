internal import Domain

/// Decides for which content a pyramid is made, and when: one at a time, and none for an image that is viewed once.
struct PyramidSchedule {
    /// What to do with a request for a part of an image that has no pyramid.
    enum Advice {
        /// Serve it from the original.
        case goOn
        /// Begin a pyramid, and wait for it.
        case begin
        /// Wait for the pyramid that is being made, which serves it sooner than the original would.
        case wait
    }

    enum Outcome {
        case made
        /// It is larger than the whole cache, and would be again.
        case tooLarge
        /// There was no room for it among the renders.
        case turnedAway
        case failed
    }

    private struct History {
        var asks = 0
        var made = 0
        var restsUntil: ContinuousClock.Instant?
    }

    /// The number of requests after which a pyramid is made.
    static let asks = 3
    /// How many contents are remembered.
    static let maximumContents = 1000

    private var histories: [Digest: History] = [:]
    private(set) var underWay: Digest?

    mutating func ask(_ digest: Digest, at now: ContinuousClock.Instant = .now) -> Advice {
        if underWay == digest { return .wait }
        if histories[digest] == nil, histories.count >= Self.maximumContents { histories = [:] }
        var history = histories[digest] ?? History()
        history.asks = min(Self.asks, history.asks + 1)
        histories[digest] = history
        let rests = history.restsUntil.map { $0 > now } ?? false
        guard underWay == nil, history.asks >= Self.asks, !rests else { return .goOn }
        underWay = digest
        return .begin
    }

    /// The pyramid under way has ended.
    mutating func end(_ outcome: Outcome, at now: ContinuousClock.Instant = .now) {
        guard let digest = underWay else { return }
        underWay = nil
        var history = histories[digest] ?? History()
        history.asks = 0
        if outcome == .made { history.made += 1 }
        history.restsUntil = now + rest(after: outcome, made: history.made)
        histories[digest] = history
    }

    /// A cache that is too small for all viewed images drops pyramids again and again. They are then made ever more
    /// rarely.
    private func rest(after outcome: Outcome, made: Int) -> Duration {
        switch outcome {
        case .made: made < 2 ? .zero : .seconds(30 << min(made - 2, 6))
        case .turnedAway: .seconds(10)
        case .failed: .seconds(600)
        case .tooLarge: .seconds(86_400)
        }
    }
}

internal import Domain

/// Decides of which content a pyramid is made, and when: one at a time, and none for an image that is examined once.
struct PyramidSchedule {
    /// What is to happen with a request for a part of an image that has no pyramid.
    enum Advice {
        /// The original serves it.
        case goOn
        /// It is the one that a pyramid is begun for, and waits for that.
        case begin
        /// One is being made already, and serves it sooner than the original would.
        case wait
    }

    enum Outcome {
        case made
        /// Larger than the whole cache, which it will be again.
        case tooLarge
        /// There was no room among the renders.
        case turnedAway
        case failed
    }

    private struct History {
        var asks = 0
        var made = 0
        var restsUntil: ContinuousClock.Instant?
    }

    /// From which request on a pyramid is made.
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

    /// The one under way is done with.
    mutating func end(_ outcome: Outcome, at now: ContinuousClock.Instant = .now) {
        guard let digest = underWay else { return }
        underWay = nil
        var history = histories[digest] ?? History()
        history.asks = 0
        if outcome == .made { history.made += 1 }
        history.restsUntil = now + rest(after: outcome, made: history.made)
        histories[digest] = history
    }

    /// A cache that is too small for all that is examined drops pyramids over and over: they are made ever more rarely then.
    private func rest(after outcome: Outcome, made: Int) -> Duration {
        switch outcome {
        case .made: made < 2 ? .zero : .seconds(30 << min(made - 2, 6))
        case .turnedAway: .seconds(10)
        case .failed: .seconds(600)
        case .tooLarge: .seconds(86_400)
        }
    }
}

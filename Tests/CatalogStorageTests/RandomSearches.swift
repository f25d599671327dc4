import Domain

/// Generated images and searches with few words, so that there are matches.
struct RandomSearches {
    private static let words = [
        "cat", "Dog", "Café", "cafe\u{301}s", "sunset", "SUNrise", "IMG_0042", "a-b", "50mm", "Straße", "한국",
    ]
    private static let tags = ["zoo", "Zoo", "sea side", "Café", "cafe", "beach", "Beach boys"]
    static let me = AccountID(), other = AccountID()
    private var source: RandomSource

    init(seed: UInt64) { source = RandomSource(seed: seed) }

    mutating func sample(_ number: Int) -> Sample {
        var sample = Sample()
        sample.owner = source.pick([.root, Self.me, Self.other])
        sample.details = ImageDetails(
            title: text(3), description: text(4),
            tags: Array(Set((0..<3).map { _ in source.pick(Self.tags) })).sorted(),
            attributes: source.happens(oneIn: 2)
                ? [source.pick(Self.words): .string(text(1)), "n": .integer(42)] : [:],
            visibility: source.pick([.public, .private, .private]),
            publicOriginal: source.pick([nil, nil, true, false]), publicPlace: source.pick([nil, nil, true, false]))
        if source.happens(oneIn: 2) {
            sample.camera = ("Canon", source.pick(["Canon EOS 5D", "cat"]), source.pick(["50mm", nil]))
        }
        if !source.happens(oneIn: 3) {
            sample.taken = CivilTime(year: 2019, month: 1 + number % 12, day: 1 + number % 28)
            if source.happens(oneIn: 3) {
                sample.details.taken = TakenDate(
                    manual: source.pick(["2019", "2019-04", "2019-08-05", "2018-12", "2020"]))
            }
        }
        if !source.happens(oneIn: 3) { sample.place = place() }
        sample.format = source.pick([.jpeg, .png, .webp])
        sample.bytes = Int64(number % 7)
        sample.dateAdded = Timestamp(seconds: 1_600_000_000 + Int64(number / 3) * 86_400)
        return sample
    }

    mutating func terms() -> [SearchTerm] {
        (0..<Int.random(in: 1...4, using: &source)).map { _ in
            SearchTerm(condition(), isExcluded: source.happens(oneIn: 4))
        }
    }

    private mutating func condition() -> SearchCondition {
        switch Int.random(in: 0..<18, using: &source) {
        case 0...4: .words(match())
        case 5, 6: .tag(source.pick(Self.tags).uppercased())
        case 7: .format(source.pick([.jpeg, .png, .gif]))
        case 8: .owner(handle: source.pick(["root", "ME", "other", "nobody"]))
        case 9:
            .taken(
                SearchInterval(
                    from: CivilTime(
                        year: source.pick([2018, 2019]), month: source.pick([1, 4, 8]), day: source.pick([1, 5])),
                    below: CivilTime(year: 2019, month: source.pick([5, 9]), day: source.pick([1, 6]))))
        case 10:
            .added(
                SearchInterval(
                    below: Timestamp(seconds: 1_600_000_000 + Int64.random(in: 0..<9_000_000, using: &source))))
        case 11: near()
        case 12: .visibility(source.pick([.public, .private]))
        case 13: .state(source.pick([.pending, .damaged]))
        case 14, 15:
            .attribute(
                AttributeMatch(
                    name: source.pick(Self.words + ["n", "N"]), value: source.pick(Self.words + ["42", "42", "42"])))
        case 16: .width(SearchInterval(from: source.pick([200, 301]), below: 400))
        default: .bytes(SearchInterval(from: source.pick([0, 3]), below: source.pick([4, 9])))
        }
    }

    private mutating func match() -> WordMatch {
        let fields: [WordMatch.Field?] = [nil, nil, nil] + WordMatch.Field.allCases
        return WordMatch(
            source.happens(oneIn: 3)
                ? String(source.pick(Self.words).prefix(3))
                : source.pick(Self.words + ["canon", "sea side", "n", "42"]),
            isPrefix: source.happens(oneIn: 3), in: source.pick(fields))
    }

    private mutating func near() -> SearchCondition {
        let centre = place()
        guard
            let circle = GeographicCircle(
                latitude: centre.latitude, longitude: centre.longitude,
                kilometres: source.pick([1, 300, 2000, 9000, 30_000]))
        else { preconditionFailure("places are on Earth") }
        return .near(circle)
    }

    /// Often at a pole or at the 180th meridian.
    private mutating func place() -> (latitude: Double, longitude: Double) {
        (
            source.pick([-90, 89.9, 0, .random(in: -90...90, using: &source)]),
            source.pick([-180, 179.99, -179.99, 0, .random(in: -180...180, using: &source)])
        )
    }

    private mutating func text(_ most: Int) -> String {
        (0..<Int.random(in: 0...most, using: &source)).map { _ in source.pick(Self.words) }.joined(
            separator: source.pick([" ", "_", ", "]))
    }
}

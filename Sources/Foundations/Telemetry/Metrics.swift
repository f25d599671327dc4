internal import Runtime
internal import Synchronization

/// A number that only grows.
public final class Counter: Sendable {
    private let count = Atomic<Int64>(0)

    public func increment(by amount: Int64 = 1) { count.wrappingAdd(amount, ordering: .relaxed) }
    public var value: Int64 { count.load(ordering: .relaxed) }
}

/// How long things take: how many took at most so many seconds.
public final class Histogram: Sendable {
    /// Upper bounds of the buckets, in seconds.
    public static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

    private struct State {
        var counts = [Int64](repeating: 0, count: Histogram.bounds.count + 1)
        var sum = 0.0
    }

    private let state = Locked(State())

    public func observe(_ seconds: Double) {
        let bucket = Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count
        state.withLock { state in
            state.counts[bucket] += 1
            state.sum += seconds
        }
    }

    var snapshot: (counts: [Int64], sum: Double) { state.withLock { ($0.counts, $0.sum) } }
}

/// The metrics of a process, in the order of their naming, as Prometheus reads them (text format 0.0.4).
public final class Metrics: Sendable {
    private enum Source: Sendable {
        case counter(Counter)
        case gauge(@Sendable () async -> Double)
        case gauges(@Sendable () async -> [Reading])
        case histogram(Histogram)
    }

    /// One value of a family of gauges that are read together.
    public struct Reading: Sendable {
        let labels: [(String, String)], value: Double

        public init(_ labels: [(String, String)], _ value: Double) { (self.labels, self.value) = (labels, value) }
    }

    private struct Series: Sendable {
        let labels: [(String, String)]
        let source: Source
    }

    private struct Family: Sendable {
        let name: String, help: String, type: String
        var series: [Series]
    }

    private let families = Locked<[Family]>([])

    public init() {}

    /// A counter with a name and labels; requested once, and kept by the code that counts.
    public func counter(_ name: String, _ help: String, labels: [(String, String)] = []) -> Counter {
        let counter = Counter()
        add(name, help, "counter", Series(labels: labels, source: .counter(counter)))
        return counter
    }

    /// A value that is read whenever the metrics are.
    public func gauge(
        _ name: String, _ help: String, labels: [(String, String)] = [], read: @escaping @Sendable () async -> Double
    ) {
        add(name, help, "gauge", Series(labels: labels, source: .gauge(read)))
    }

    /// Values that are read together whenever the metrics are.
    public func gauges(_ name: String, _ help: String, read: @escaping @Sendable () async -> [Reading]) {
        add(name, help, "gauge", Series(labels: [], source: .gauges(read)))
    }

    /// A distribution of seconds.
    public func histogram(_ name: String, _ help: String, labels: [(String, String)] = []) -> Histogram {
        let histogram = Histogram()
        add(name, help, "histogram", Series(labels: labels, source: .histogram(histogram)))
        return histogram
    }

    /// All of them as text.
    public func exposition() async -> String {
        var text = ""
        for family in families.withLock({ $0 }) {
            text += "# HELP \(family.name) \(family.help)\n# TYPE \(family.name) \(family.type)\n"
            for series in family.series {
                switch series.source {
                case .counter(let counter): text += line(family.name, series.labels, Double(counter.value))
                case .gauge(let read): text += line(family.name, series.labels, await read())
                case .gauges(let read): for one in await read() { text += line(family.name, one.labels, one.value) }
                case .histogram(let histogram): text += lines(family.name, series.labels, histogram)
                }
            }
        }
        return text
    }

    private func add(_ name: String, _ help: String, _ type: String, _ series: Series) {
        families.withLock { families in
            if let index = families.firstIndex(where: { $0.name == name }) {
                families[index].series.append(series)
            } else {
                families.append(Family(name: name, help: help, type: type, series: [series]))
            }
        }
    }

    private func line(_ name: String, _ labels: [(String, String)], _ value: Double) -> String {
        let list = labels.map { "\($0.0)=\"\($0.1)\"" }.joined(separator: ",")
        let number =
            value.isNaN ? "NaN" : value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
        return name + (list.isEmpty ? "" : "{\(list)}") + " \(number)\n"
    }

    private func lines(_ name: String, _ labels: [(String, String)], _ histogram: Histogram) -> String {
        let (counts, sum) = histogram.snapshot
        var text = ""
        var total: Int64 = 0
        for (bound, count) in zip(Histogram.bounds.map { "\($0)" } + ["+Inf"], counts) {
            total += count
            text += line(name + "_bucket", labels + [("le", bound)], Double(total))
        }
        return text + line(name + "_sum", labels, sum) + line(name + "_count", labels, Double(total))
    }
}

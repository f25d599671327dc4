internal import HTTPTypes
internal import Runtime
internal import Telemetry

/// Counts and times the responses of each route, from its first request on.
///
/// There are as many series as routes, times five classes of status: what clients send does not become a label. HEAD counts as GET,
/// and everything that no route answers as the route `none`.
final class RouteMetrics: Sendable {
    private struct Series: Sendable {
        var responses: [Int: Counter] = [:]
        let time: Histogram
    }

    private let metrics: Metrics
    /// By the identity of the route's name, which lives as long as the application.
    private let series = Locked<[ObjectIdentifier?: Series]>([:])

    init(_ metrics: Metrics) { self.metrics = metrics }

    func observe(_ response: HTTPResponse, seconds: Double) {
        let (counter, time) = series(of: response.route, hundred: response.status.code / 100)
        counter.increment()
        time.observe(seconds)
    }

    private func series(of route: RouteName?, hundred: Int) -> (Counter, Histogram) {
        let key = route.map(ObjectIdentifier.init)
        return series.withLock { all in
            // Nearly every response is one of a kind that was counted before.
            if let known = all[key], let counter = known.responses[hundred] { return (counter, known.time) }
            let labels = [("method", route?.method.rawValue ?? "none"), ("route", route?.pattern ?? "none")]
            var one =
                all[key]
                ?? Series(
                    time: metrics.histogram(
                        "tintype_http_route_response_seconds", "Time until a response of a route is ready to be sent.",
                        labels: labels))
            let counter =
                one.responses[hundred]
                ?? metrics.counter(
                    "tintype_http_route_responses_total", "Responses of each route, by the hundred of their status.",
                    labels: labels + [("status", "\(hundred)xx")])
            one.responses[hundred] = counter
            all[key] = one
            return (counter, one.time)
        }
    }
}

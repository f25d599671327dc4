public import HTTPTypes
public import Telemetry

/// Logs, counts and times every request, and adds to each response its id and what every response has.
public struct RequestLog: HTTPHandler {
    private let next: any HTTPHandler
    private let log: @Sendable () -> Logger?
    private let responses: [Int: Counter]
    private let time: Histogram
    private let routes: RouteMetrics

    /// - Parameter log: asked for each request; nil if it is not to be logged.
    public init(_ next: any HTTPHandler, log: @escaping @Sendable () -> Logger?, metrics: Metrics) {
        self.next = next
        self.log = log
        var responses: [Int: Counter] = [:]
        for hundred in 1...5 {
            responses[hundred] = metrics.counter(
                "tintype_http_responses_total", "Responses, by the hundred of their status.",
                labels: [("status", "\(hundred)xx")])
        }
        self.responses = responses
        routes = RouteMetrics(metrics)
        time = metrics.histogram("tintype_http_response_seconds", "Time until a response is ready to be sent.")
    }

    public func respond(to request: HTTPRequest) async -> HTTPResponse {
        let started = ContinuousClock.now
        var response = await next.respond(to: request)
        let seconds = started.duration(to: .now) / .seconds(1)
        response.fields.append("X-Request-Id", request.id)
        response.fields.append("X-Content-Type-Options", "nosniff")
        responses[response.status.code / 100]?.increment()
        time.observe(seconds)
        routes.observe(response, seconds: seconds)
        log()?.log(
            .info, "request",
            [
                "request": .text(request.id), "address": .text(request.origin.client),
                "account": .text(response.actor ?? "none"),
                "method": .text(request.method.rawValue), "path": .text(LoggedPath.of(request.target)),
                "status": .number(Int64(response.status.code)), "bytes": .number(response.body.length ?? -1),
                "seconds": .seconds(seconds),
            ])
        return response
    }

    public func noteUnread(_ request: UnreadRequest) {
        log()?.log(
            .info, "request not read",
            [
                "address": .text(request.client), "path": .text(LoggedPath.of(request.path)),
                "reason": .text(request.reason),
                "status": request.status.map { .number(Int64($0.code)) } ?? "unknown",
            ])
    }

    public func refuse(_ refusal: HTTPRefusal) -> HTTPResponse {
        var response = next.refuse(refusal)
        response.fields.append("X-Content-Type-Options", "nosniff")
        responses[response.status.code / 100]?.increment()
        return response
    }
}

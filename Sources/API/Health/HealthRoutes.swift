internal import HTTPTypes
public import Services
public import Telemetry

/// Liveness, readiness and metrics.
public struct HealthRoutes: Sendable {
    private let health: Health
    private let metrics: Metrics
    private let version: String
    private let metricsAccess: Access
    private let isStopping: @Sendable () -> Bool

    /// - Parameters:
    ///   - version: the version of the program.
    ///   - metricsAccess: who may read the metrics.
    ///   - isStopping: whether the server has been asked to stop.
    public init(
        health: Health, metrics: Metrics, version: String, metricsAccess: Access = .open,
        isStopping: @escaping @Sendable () -> Bool = { false }
    ) {
        (self.health, self.metrics, self.version) = (health, metrics, version)
        (self.metricsAccess, self.isStopping) = (metricsAccess, isStopping)
    }

    public var routes: [Route] {
        [
            Route(.get, "/livez", access: .open) { _ in .json(.ok, ["status": "ok"]) },
            Route(.get, "/readyz", access: .open, ready),
            Route(.get, "/healthcheck", access: .open, ready),
            Route(.get, "/metrics", access: metricsAccess, exposition),
        ]
    }

    private struct Report: Encodable {
        let status: String
        let version: String
        let checks: [String: String]
    }

    private func ready(_ call: Call) async throws -> HTTPResponse {
        var failures = await health.failures()
        if isStopping() { failures["server"] = "is stopping" }
        var checks = ["catalogue": "ok", "store": "ok"]
        for (part, reason) in failures { checks[part] = reason }
        let report = Report(status: failures.isEmpty ? "ok" : "failing", version: version, checks: checks)
        return .json(failures.isEmpty ? .ok : .serviceUnavailable, report)
    }

    private func exposition(_ call: Call) async throws -> HTTPResponse {
        HTTPResponse(
            .ok, fields: ["Content-Type": "text/plain; version=0.0.4; charset=utf-8", "Cache-Control": "no-store"],
            body: .bytes(Array(await metrics.exposition().utf8)))
    }
}

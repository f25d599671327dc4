public import Domain
internal import HTTPTypes
public import Services
public import Telemetry

/// A compressor that stores nothing itself: it compresses the images of another server.
public struct CompressionServiceRoutes: Sendable {
    /// Compresses an image of the other server, with the token of the request if it has one.
    public typealias Compress = @Sendable (ImageID, ImageFormat?, _ token: String?) async throws -> CompressionReceipt

    private let keepCompressed: Compress
    private let objection: @Sendable () async -> String?
    private let metrics: Metrics
    private let version: String

    /// - Parameters:
    ///   - objection: why the service cannot be used right now; nil if it can.
    ///   - version: the version of the program.
    public init(
        compress: @escaping Compress, objection: @escaping @Sendable () async -> String?, metrics: Metrics,
        version: String
    ) {
        (keepCompressed, self.objection, self.metrics, self.version) = (compress, objection, metrics, version)
    }

    public var routes: [Route] {
        [
            Route(.post, "/compress/{id}", access: .open, compress),
            Route(.get, "/livez", access: .open) { _ in .json(.ok, ["status": "ok"]) },
            Route(.get, "/readyz", access: .open, ready),
            Route(.get, "/healthcheck", access: .open, ready),
            Route(.get, "/metrics", access: .open, exposition),
        ]
    }

    private func compress(_ call: Call) async throws -> HTTPResponse {
        let query = try QueryParameters(call.request.target, known: ["type"])
        let type = try FormatName.read(query, "type", of: CompressedFiles.formats)
        let id = try call.imageID
        return .json(.ok, CompressionView(try await keepCompressed(id, type, try token(of: call.request)), call.links))
    }

    private func token(of request: HTTPRequest) throws -> String? {
        switch try RequestCredentials.read(request) {
        case .bearer(let token): token
        case .cookie, .none: nil
        }
    }

    private func ready(_ call: Call) async throws -> HTTPResponse {
        let objection = await objection()
        return .json(objection == nil ? .ok : .serviceUnavailable, ["status": objection ?? "ok", "version": version])
    }

    private func exposition(_ call: Call) async throws -> HTTPResponse {
        HTTPResponse(
            .ok, fields: ["Content-Type": "text/plain; version=0.0.4; charset=utf-8", "Cache-Control": "no-store"],
            body: .bytes(Array(await metrics.exposition().utf8)))
    }
}

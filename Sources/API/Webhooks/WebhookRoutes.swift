internal import Domain
internal import HTTPTypes
public import Services
internal import Streams

/// Webhooks: making, listing, changing, trying and removing them.
public struct WebhookRoutes: Sendable {
    private static let maximumBodyBytes = 16 << 10

    private let webhooks: Webhooks

    public init(webhooks: Webhooks) { self.webhooks = webhooks }

    public var routes: [Route] {
        [
            Route(.get, "/v1/webhooks", list), Route(.post, "/v1/webhooks", make),
            Route(.get, "/v1/webhooks/{id}", webhook), Route(.patch, "/v1/webhooks/{id}", update),
            Route(.delete, "/v1/webhooks/{id}", remove), Route(.post, "/v1/webhooks/{id}/test", test),
            Route(.get, "/v1/webhooks/{id}/deliveries", deliveries),
        ]
    }

    private func list(_ call: Call) async throws -> HTTPResponse {
        _ = try QueryParameters(call.request.target, known: [])
        return present(["webhooks": try await webhooks.list(for: call.viewer).map { WebhookView($0) }])
    }

    private func make(_ call: Call) async throws -> HTTPResponse {
        let body = try await Self.decode(WebhookBody.self, call)
        call.trail.note(.webhook, "made for \(body.terms.address.host)")
        let issued = try await webhooks.make(body.terms, for: call.viewer)
        var response = present(WebhookView(issued.webhook, secret: issued.secret), .created)
        response.fields["Location"] = call.links.path("/v1/webhooks/\(issued.webhook.id)")
        return response
    }

    private func webhook(_ call: Call) async throws -> HTTPResponse {
        _ = try QueryParameters(call.request.target, known: [])
        return present(WebhookView(try await webhooks.webhook(call.webhookID, for: call.viewer)))
    }

    private func update(_ call: Call) async throws -> HTTPResponse {
        let id = try call.webhookID
        let body = try await Self.decode(WebhookChangesBody.self, call)
        call.trail.note(.webhook, "\(id): changed")
        let issued = try await webhooks.update(id, body.changes, for: call.viewer)
        return present(WebhookView(issued.webhook, secret: issued.secret))
    }

    private func remove(_ call: Call) async throws -> HTTPResponse {
        _ = try QueryParameters(call.request.target, known: [])
        let id = try call.webhookID
        call.trail.note(.webhook, "\(id): removed")
        try await webhooks.remove(id, for: call.viewer)
        return HTTPResponse(.noContent)
    }

    private func test(_ call: Call) async throws -> HTTPResponse {
        _ = try QueryParameters(call.request.target, known: [])
        return present(DeliveryView(attempt: try await webhooks.test(call.webhookID, for: call.viewer)))
    }

    private func deliveries(_ call: Call) async throws -> HTTPResponse {
        _ = try QueryParameters(call.request.target, known: [])
        let attempts = try await webhooks.attempts(of: call.webhookID, for: call.viewer)
        return present(["deliveries": attempts.map { DeliveryView(attempt: $0) }])
    }

    private func present(_ body: some Encodable, _ status: HTTPStatus = .ok) -> HTTPResponse {
        var response = HTTPResponse.json(status, body)
        response.fields["Cache-Control"] = "no-store"
        return response
    }

    private static func decode<Body: JSONObjectBody>(_ type: Body.Type, _ call: Call) async throws -> Body {
        _ = try QueryParameters(call.request.target, known: [])
        return try JSONBody.decode(type, from: try await call.request.body.collect(upTo: maximumBodyBytes))
    }
}

extension Call {
    /// The webhook of the path.
    fileprivate var webhookID: WebhookID { get throws { try identity(of: "a webhook") } }
}

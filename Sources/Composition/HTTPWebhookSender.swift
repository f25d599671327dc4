internal import Domain
internal import HTTPClient
internal import HTTPTypes
internal import Runtime
internal import Services
internal import SystemIO

/// Sends to receivers over HTTP. It begins with the first request: who has no webhook needs no threads for them.
final class HTTPWebhookSender: WebhookSender {
    /// Seconds for a whole request, the response's head and body included.
    static let seconds = 10
    private static let connectSeconds = 5
    /// What is read of a response's body, and dropped.
    private static let maximumBodyBytes = 16 << 10
    private static let maximumHeadBytes = 32 << 10

    private struct Tools {
        let client: HTTPClient
        let resolver: BlockingPool<Void>
    }

    private let allowsPrivate: Bool
    private let userAgent: String
    private let tools = Locked<Tools?>(nil)

    /// - Parameter allowsPrivate: whether receivers may have addresses that are not of the public internet.
    init(allowsPrivate: Bool, userAgent: String) { (self.allowsPrivate, self.userAgent) = (allowsPrivate, userAgent) }

    func send(_ request: WebhookRequest) async throws -> WebhookAnswer {
        var outgoing = HTTPClientRequest(.post, request.address.description, body: .bytes(request.body))
        outgoing.fields = ["Content-Type": "application/json"]
        for (name, value) in request.fields { outgoing.fields[name] = value }
        do {
            let response = try await current.client.send(outgoing, into: .none(limit: Self.maximumBodyBytes))
            return WebhookAnswer(status: response.status, retryAfter: Self.retryAfter(response))
        } catch let error as HTTPClientError {
            throw WebhookSendingError(Self.reason(error))
        } catch is PoolOverloaded {
            throw WebhookSendingError("The server has too much to send right now.")
        }
    }

    func check(_ address: WebhookAddress) async throws {
        guard let addresses = await addresses(of: address.host) else { return }
        guard !addresses.isEmpty else {
            throw WebhookSendingError("There is no host '\(address.host)': look for a mistake in the name.")
        }
        guard !allowsPrivate, let range = addresses.compactMap(SpecialPurposeNetwork.containing).first else { return }
        throw WebhookSendingError(
            "The host '\(address.host)' has an address that is not of the public internet (\(range.purpose)): this server sends nothing there."
        )
    }

    func close() async {
        guard let tools = tools.withLock({ $0 }) else { return }
        await tools.client.close()
        // Not waited for: a name server may take its time.
        Task { await tools.resolver.close() }
    }

    /// The addresses of a host; nil if they cannot be found out now.
    private func addresses(of host: String) async -> [IPAddress]? {
        do {
            return try await current.resolver.run { HostAddresses.of(host) }
        } catch {
            // Too many names are being looked up: what is sent is checked anyway.
            return nil
        }
    }

    private var current: Tools {
        tools.withLock { tools in
            if let tools { return tools }
            var settings = HTTPClientSettings(userAgent: userAgent)
            (settings.connectSeconds, settings.totalSeconds) = (Self.connectSeconds, Self.seconds)
            settings.maximumHeadBytes = Self.maximumHeadBytes
            settings.acceptsAddress = { [allowsPrivate] address in
                allowsPrivate || SpecialPurposeNetwork.containing(address) == nil
            }
            let made = Tools(
                client: HTTPClient(
                    settings: settings, concurrency: WebhookDelivery.concurrency + Webhooks.testsAtOnce, queue: 64),
                resolver: BlockingPool(name: "names of webhooks", threads: 2, queue: 16))
            tools = made
            return made
        }
    }

    /// The seconds of the field `Retry-After` (RFC 9110, section 10.2.3) of an answer for which it is meant.
    private static func retryAfter(_ response: HTTPClientResponse) -> Double? {
        guard [429, 503].contains(response.status), let text = response.fields["Retry-After"] else { return nil }
        if let seconds = UInt32(text) { return Double(seconds) }
        return HTTPDate.parse(text).map { Double($0.seconds - Timestamp.now.seconds) }
    }

    /// Why there was no answer, without what the network tells of hosts.
    private static func reason(_ error: HTTPClientError) -> String {
        switch error.code {
        case .cannotResolve: "The name of the host cannot be resolved."
        case .addressRefused: "The host has an address that is not of the public internet: nothing was sent."
        case .cannotConnect: "No connection: nothing answers there."
        case .timedOut: "There was no answer within \(seconds) seconds."
        case .interrupted: "The connection ended before the answer."
        case .tls: "There was no secure connection: the certificate is not trusted, or TLS failed."
        case .tooMuchData: "The head of the answer has more than \(maximumHeadBytes) bytes."
        case .cancelled, .bodyUnavailable, .misuse, .failure: "There was no answer that can be read."
        }
    }
}

internal import Domain
internal import FoundationEssentials
internal import HTTPClient
internal import HTTPTypes

/// A server that runs, asked as its clients ask it: through whatever proxy is in front of it.
struct AddressCheck {
    private struct Ready: Decodable {
        let status: String
        let version: String?
        let checks: [String: String]?
    }

    private struct Listed: Decodable {
        let ids: [String]
    }

    private struct Information: Decodable {
        let id: String
    }

    /// Without slashes at its end.
    private let url: String
    private let settings: HTTPClientSettings

    private static let proxies = "see docs/proxy.md"

    init(url: String, program: String, certificateFile: String?) {
        var rest = url[...]
        while rest.last == "/" { rest = rest.dropLast() }
        self.url = String(rest)
        var settings = HTTPClientSettings(userAgent: program)
        (settings.totalSeconds, settings.certificateFile) = (30, certificateFile)
        self.settings = settings
    }

    func findings() async throws -> [Finding] {
        let client = HTTPClient(settings: settings, concurrency: 1)
        let found: [Finding]
        do {
            found = try await findings(by: client)
        } catch let error as HTTPClientError {
            found = [
                .problem(
                    "address", "\(url) does not answer: \(error.message)",
                    error.code == .tls
                        ? "use a certificate that clients trust, or name its issuer with --ca-file"
                        : "see that the server runs, that the address is right, and that no firewall is in between")
            ]
        }
        await client.close()
        return found
    }

    private func findings(by client: HTTPClient) async throws -> [Finding] {
        let alive = try await client.send(HTTPClientRequest(.get, url + "/livez"))
        guard alive.status != 421 else {
            return [
                .problem(
                    "address", "the server refuses the host of \(url)",
                    "allow the name with --allowed-hosts or --public-url, and have the proxy pass Host on; \(Self.proxies)"
                )
            ]
        }
        guard alive.status == 200, alive.fields["X-Request-Id"] != nil else {
            return [
                .problem(
                    "address", "\(url)/livez answers \(alive.status), and not as this server does",
                    "have the proxy forward every path below the address unchanged; \(Self.proxies)")
            ]
        }
        return [.ok("address", "\(url)/livez answers"), try await readiness(client), try await links(client)]
    }

    private func readiness(_ client: HTTPClient) async throws -> Finding {
        let answer = try await client.send(HTTPClientRequest(.get, url + "/readyz"))
        guard let ready = try? JSONDecoder().decode(Ready.self, from: Data(answer.body)) else {
            return .problem(
                "readiness", "\(url)/readyz answers \(answer.status), and not as this server does", Self.proxies)
        }
        let version = ready.version.map { " (version \($0))" } ?? ""
        if answer.status == 200 { return .ok("readiness", "the server is ready\(version)") }
        let failing = (ready.checks ?? [:]).filter { $0.value != "ok" }.sorted { $0.key < $1.key }
            .map { "\($0.key) \($0.value)" }
        return .problem(
            "readiness", "the server is not ready\(version): \(failing.joined(separator: ", "))",
            "run tintype doctor on its machine, with its configuration")
    }

    /// Compares the address in the information of an image, which the server makes of what it is told, with the true one.
    private func links(_ client: HTTPClient) async throws -> Finding {
        let list = try await client.send(HTTPClientRequest(.get, url + "/v1/images?fields=ids&limit=1"))
        guard list.status == 200, let listed = try? JSONDecoder().decode(Listed.self, from: Data(list.body)),
            let id = listed.ids.first,
            case let answer = try await client.send(HTTPClientRequest(.get, "\(url)/iiif/3/\(id)/info.json")),
            answer.status == 200,
            let information = try? JSONDecoder().decode(Information.self, from: Data(answer.body))
        else {
            return .ok("links", "no public image is there by which host and scheme could be seen")
        }
        guard information.id != "\(url)/iiif/3/\(id)" else {
            return .ok("links", "host, scheme and path of links are right")
        }
        let base = information.id.components(before: "/iiif/3/")
        return .problem(
            "links", "the server takes \(base) for its address, not \(url)",
            "have the proxy set X-Forwarded-Proto, X-Forwarded-Host and X-Forwarded-Prefix, and name it with --trusted-proxies; or give --public-url \(url)"
        )
    }
}

extension String {
    /// What is in front of the first occurrence of a text; all if there is none.
    fileprivate func components(before text: String) -> String {
        firstRange(of: text).map { String(self[..<$0.lowerBound]) } ?? self
    }
}

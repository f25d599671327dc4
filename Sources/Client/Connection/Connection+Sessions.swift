internal import HTTPClient
internal import HTTPTypes

/// A session.
struct RemoteSession: Decodable {
    struct Account: Decodable {
        let handle: String
    }

    let token: String
    let account: Account
}

/// A token for a program.
struct RemoteToken: Decodable {
    let id: String
    let token: String
}

extension Connection {
    /// Opens a session by handle and password.
    func openSession(handle: String, password: String) async throws -> RemoteSession {
        let body = try JSONMessage.encode(["handle": handle, "password": password])
        let response = try await call(
            .post, "/v1/sessions", fields: { ["Content-Type": "application/json"] }, body: .bytes(body),
            accepting: [200, 201])
        return try JSONMessage.decode(RemoteSession.self, from: response.body)
    }

    /// Creates a token for the account of this connection's session.
    func makeToken(named name: String, scopes: [String]) async throws -> RemoteToken {
        struct TokenRequest: Encodable {
            let name: String, scopes: [String]
        }
        let response = try await call(
            .post, "/v1/tokens", fields: { ["Content-Type": "application/json"] },
            body: .bytes(try JSONMessage.encode(TokenRequest(name: name, scopes: scopes))), accepting: [200, 201])
        return try JSONMessage.decode(RemoteToken.self, from: response.body)
    }

    /// Revokes a token; it is not an error if the token does not exist.
    func deleteToken(_ id: String) async throws {
        _ = try await call(.delete, "/v1/tokens/\(PercentEncoding.encode(id))", accepting: [204, 404])
    }

    /// Ends this connection's session.
    func closeSession() async throws {
        _ = try await call(.delete, "/v1/sessions/current", accepting: [204])
    }
}

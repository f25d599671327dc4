/// Logging in and out: a token is made for this machine, and kept.
public struct Login: Sendable {
    private let address: ServerAddress
    private let file: CredentialsFile
    private let connect: @Sendable (ClientIdentity) -> Connection

    /// - Parameter connect: a connection to the server, as somebody.
    public init(
        _ address: ServerAddress, file: CredentialsFile, connect: @escaping @Sendable (ClientIdentity) -> Connection
    ) {
        (self.address, self.file, self.connect) = (address, file, connect)
    }

    /// Logs in: opens a session, makes a token, ends the session, keeps the token.
    ///
    /// - Parameter machine: the token is named after it.
    /// - Returns: the account's handle.
    public func logIn(handle: String, password: String, machine: String) async throws -> String {
        // Should the file not be one that tokens can be kept in, then before one is made.
        let earlier = try file.credential(for: address)
        let session = try await connect(.anonymous).openSession(handle: handle, password: password)
        let connection = connect(.token(session.token, account: session.account.handle))
        let token = try await connection.makeToken(named: "tintype on \(machine)", scopes: ["read", "write"])
        let credential = Credential(account: session.account.handle, token: token.token, id: token.id)
        do {
            try file.keep(credential, for: address)
        } catch {
            // A token that is not kept would be valid, and nobody's.
            try await connection.deleteToken(token.id)
            throw error
        }
        if let earlier, earlier.account == credential.account { try await connection.deleteToken(earlier.id) }
        try await connection.closeSession()
        return credential.account
    }

    /// Logs out: ends the token, and forgets it.
    ///
    /// - Returns: the account's handle; nil if nobody was logged in.
    public func logOut() async throws -> String? {
        guard let credential = try file.credential(for: address) else { return nil }
        do {
            try await connect(.token(credential.token, account: credential.account)).deleteToken(credential.id)
        } catch let error as ClientError where error.code == .notPermitted {
            // The server does not know the token any more: then there is nothing to end.
        }
        try file.forget(address)
        return credential.account
    }
}

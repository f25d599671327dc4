/// Logging in and out: creates a token for this machine, and stores it.
public struct Login: Sendable {
    private let address: ServerAddress
    private let file: CredentialsFile
    private let connect: @Sendable (ClientIdentity) -> Connection

    /// - Parameter connect: opens a connection to the server with an identity.
    public init(
        _ address: ServerAddress, file: CredentialsFile, connect: @escaping @Sendable (ClientIdentity) -> Connection
    ) {
        (self.address, self.file, self.connect) = (address, file, connect)
    }

    /// Logs in: opens a session, creates a token, ends the session, stores the token.
    ///
    /// - Parameter machine: the token is named after it.
    /// - Returns: the account's handle.
    public func logIn(handle: String, password: String, machine: String) async throws -> String {
        // If the file cannot store tokens, that must be known before one is created.
        let earlier = try file.credential(for: address)
        let session = try await connect(.anonymous).openSession(handle: handle, password: password)
        let connection = connect(.token(session.token, account: session.account.handle))
        let token = try await connection.makeToken(named: "tintype on \(machine)", scopes: ["read", "write"])
        let credential = Credential(account: session.account.handle, token: token.token, id: token.id)
        do {
            try file.keep(credential, for: address)
        } catch {
            // A token that is not stored would stay valid without an owner.
            try await connection.deleteToken(token.id)
            throw error
        }
        if let earlier, earlier.account == credential.account { try await connection.deleteToken(earlier.id) }
        try await connection.closeSession()
        return credential.account
    }

    /// Logs out: revokes the token, and removes it from the file.
    ///
    /// - Returns: the account's handle; nil if there was no login.
    public func logOut() async throws -> String? {
        guard let credential = try file.credential(for: address) else { return nil }
        do {
            try await connect(.token(credential.token, account: credential.account)).deleteToken(credential.id)
        } catch let error as ClientError where error.code == .notPermitted {
            // The server no longer knows the token, so there is nothing to revoke.
        }
        try file.forget(address)
        return credential.account
    }
}

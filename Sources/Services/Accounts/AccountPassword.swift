/// The hash of a password outside a server.
public enum AccountPassword {
    /// - Throws: `ServiceError` with `invalid` where the password is too short or too long.
    public static func hash(_ password: String) async throws -> String {
        let passwords = Passwords(queue: 1)
        let hash: Result<String, any Error>
        do {
            hash = .success(try await passwords.hash(password))
        } catch {
            hash = .failure(error)
        }
        await passwords.close()
        return try hash.get()
    }
}

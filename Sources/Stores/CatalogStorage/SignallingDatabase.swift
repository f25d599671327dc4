internal import Runtime
internal import SQL

/// A database that signals each of its writes, so that those who wait for a change need not ask again and again.
struct SignallingDatabase: Database {
    let database: any Database
    let commits: ChangeSignal

    var dialect: Dialect { database.dialect }

    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws -> Result
    ) async throws -> Result {
        try await database.read(body)
    }

    @discardableResult
    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws -> Result
    ) async throws -> Result {
        defer { commits.signal() }
        return try await database.write(body)
    }

    @discardableResult
    func writeAlone<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws -> Result
    ) async throws -> Result {
        defer { commits.signal() }
        return try await database.writeAlone(body)
    }

    func version() throws -> Int64 { try database.version() }

    func check() async throws -> [String] { try await database.check() }

    func close() async { await database.close() }
}

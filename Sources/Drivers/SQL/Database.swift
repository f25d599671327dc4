/// A relational database: transactions whose bodies run on threads that may block.
///
/// Bodies are synchronous, so that a driver for a blocking C library can run them on its own threads
/// (`docs/decisions/0002`). A body must wait for nothing but the database.
public protocol Database: Sendable {
    /// The dialect of the queries.
    var dialect: Dialect { get }

    /// Runs `body` with a consistent, read-only view of the database.
    ///
    /// A body that is cancelled while it is in the queue does not run.
    /// - Throws: errors of `body`; `DatabaseError`, with the code `overloaded` if the queue is full;
    ///   `CancellationError`.
    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws -> Result
    ) async throws -> Result

    /// Runs `body` in a transaction and returns when its changes are on stable storage.
    ///
    /// If `body` throws, all of its changes are undone. The database may commit several bodies together. Each body sees
    /// the changes of all earlier ones. A body that is cancelled while it is in the queue does not run; once begun, it
    /// is finished.
    /// - Throws: as `read` does. Nothing has been changed then.
    @discardableResult
    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws -> Result
    ) async throws -> Result

    /// Runs a body that may change most of the database: as `write` does, but never together with others, and without
    /// keeping in memory what the body replaces.
    @discardableResult
    func writeAlone<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws -> Result
    ) async throws -> Result

    /// A number that is another one if anybody, this process or another one, has committed since it was last told.
    ///
    /// It waits for nothing, so that threads that must not block may ask. What it says of a commit that is under way is
    /// not defined; a commit whose `write` has returned has changed it.
    /// - Throws: `DatabaseError`.
    func version() throws -> Int64

    /// Checks the integrity of the stored database and returns the problems that it finds.
    func check() async throws -> [String]

    /// Finishes the work in the queue, accepts no more, and releases all resources. May be repeated.
    func close() async
}

/// The SQL dialect of a database, for the few statements that databases do not have in common.
public enum Dialect: String, Sendable, CaseIterable {
    case sqlite, postgres
}

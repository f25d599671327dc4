/// A relational database: transactions whose bodies run on threads that may block.
///
/// Bodies are synchronous, so that a driver over a blocking C library can run them if that does no harm; a body must
/// not wait for anything but the database.
public protocol Database: Sendable {
    /// The language of the queries.
    var dialect: Dialect { get }

    /// Runs `body` with one consistent view of the database, in which nothing can be changed.
    ///
    /// Work that is cancelled while it waits is not begun.
    /// - Throws: what `body` throws; `DatabaseError`, with the code `overloaded` if too much waits already;
    ///   `CancellationError`.
    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws -> Result
    ) async throws -> Result

    /// Runs `body` in a transaction, and returns when that is on stable storage.
    ///
    /// All that `body` did is undone if it throws. The database may put several bodies into one commit; no body sees
    /// less than what earlier ones did. Work that is cancelled while it waits is not begun; once begun it is finished.
    /// - Throws: as `read` does; if it throws, nothing has been changed.
    @discardableResult
    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLSession) throws -> Result
    ) async throws -> Result

    /// Examines the stored form of the database, and answers what is wrong with it: nothing if all is well.
    func check() async throws -> [String]

    /// Finishes the work that waits, takes no more, and releases everything. Repeating it does nothing.
    func close() async
}

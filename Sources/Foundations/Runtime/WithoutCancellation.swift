/// Runs `body` to its end, even if the caller's task is cancelled meanwhile: for steps that must not be left half-done
/// because a client went away. A task that has been cancelled already does not begin them.
///
/// - Throws: what `body` throws; `CancellationError` if nothing was begun.
public func withoutCancellation<Result: Sendable>(
    _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try Task.checkCancellation()
    return try await Task { try await body() }.value
}

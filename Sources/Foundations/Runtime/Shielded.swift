/// Runs `body` to its end, also where the caller's task is cancelled meanwhile: for steps that must not be left half-done
/// because a client went away.
public func shielded<Result: Sendable>(
    _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await Task { try await body() }.value
}

extension Result where Failure == any Error {
    /// What an asynchronous body answers or throws, so that something can be done after it in either case.
    public init(isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Success) async {
        do {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}

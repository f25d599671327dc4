import HTTPClient
import HTTPTypes
import Testing

@Suite struct HTTPClientTests {
    @Test func `nobody there is told as such, and is worth another try`() async throws {
        let client = HTTPClient(settings: HTTPClientSettings(userAgent: "test"), concurrency: 1)
        let error = await #expect(throws: HTTPClientError.self) {
            _ = try await client.send(HTTPClientRequest(.get, "http://127.0.0.1:1/"))
        }
        #expect(error?.code == .cannotConnect && error?.isWorthRetrying == true)
        await client.close()
    }
}

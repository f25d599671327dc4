public import Domain
import Composition
import Services

extension TestApplication {
    private static let timeLimit: Duration = .seconds(60)

    /// Waits until a job is done or has failed, and returns it.
    ///
    /// After a minute it returns the job as it is, and the test fails.
    public func finishedJob(_ id: JSONValue, token: String? = nil) async throws -> TestResponse {
        try await poll("/v1/jobs/\(id.string ?? "")", token: token) { answer in
            answer["state"] == "done" || answer["state"] == "failed" || answer.status != 200
        }
    }

    /// Waits until the files of an image are made, or cannot be made.
    public func readyImage(_ id: JSONValue, token: String? = nil) async throws -> TestResponse {
        try await poll("/v1/images/\(id.string ?? "")", token: token) { $0["state"] != "pending" }
    }

    /// Queries again after each change of a job.
    public func poll(
        _ target: String, token: String?, until isOver: (TestResponse) -> Bool
    ) async throws -> TestResponse {
        let deadline = ContinuousClock.now.advanced(by: Self.timeLimit)
        while true {
            let seen = assembly.jobs.changeCount
            let answer = try await get(target, token: token)
            if isOver(answer) || ContinuousClock.now > deadline { return answer }
            await assembly.jobs.waitForChange(after: seen, atMost: 1)
        }
    }
}

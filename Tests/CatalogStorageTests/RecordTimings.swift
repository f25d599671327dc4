import CatalogStorage
import Domain
import Foundation
import SQLite
import Testing

/// Measures recording into an empty catalogue, if `TINTYPE_TIMED_CATALOGUE` is set.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["TINTYPE_TIMED_CATALOGUE"] != nil)) struct RecordTimings {
    @Test(arguments: [1, 8, 64]) func `prints how many images are recorded a second`(_ clients: Int) async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let images = clients * 100
            let start = ContinuousClock.now
            try await withThrowingTaskGroup(of: Void.self) { group in
                for client in 0..<clients {
                    group.addTask {
                        for n in 0..<100 {
                            let details = ImageDetails(title: "cat_\(n).jpg", tags: ["a", "b"])
                            try await fixture.add(client * 100 + n, Sample(details: details, queueDerive: true))
                        }
                    }
                }
                try await group.waitForAll()
            }
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            let commits = fixture.database.commits
            #expect(try await fixture.catalog.statistics().images.count == Int64(images))
            print(
                String(
                    format: "%d clients | %.0f images/s | %d commits", clients, Double(images) / seconds,
                    commits.commits))
        }
    }
}

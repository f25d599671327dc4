import CatalogStorage
import Domain
import Testing

private let start = Timestamp(seconds: 1_800_000_000)

@Suite struct CompressJobTests {
    @Test func `one job is active for each content and format, and several contents have jobs at once`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            for number in 1...2 { _ = try await fixture.add(number) }
            let first = try await catalog.enqueue(compression(of: 1, as: .webp), owner: .root, now: start)
            let again = try await catalog.enqueue(compression(of: 1, as: .webp), owner: .root, now: start)
            let other = try await catalog.enqueue(compression(of: 1, as: nil), owner: .root, now: start)
            let second = try await catalog.enqueue(compression(of: 2, as: .webp), owner: .root, now: start)
            #expect(first == again && Set([first.id, other.id, second.id]).count == 3)
            #expect(
                first.work == compression(of: 1, as: .webp) && other.work == compression(of: 1, as: nil)
                    && first.progress.total == 1)
        }
    }

    @Test func `a finished job can be queried for a day, and a failed one can be retried`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            _ = try await fixture.add(1)
            let job = try await catalog.enqueue(compression(of: 1, as: .png), owner: .root, now: start)
            #expect(try await catalog.lease(worker: "a", limit: 5, seconds: 60, now: start).map(\.job.id) == [job.id])
            #expect(try await catalog.fail(job.id, worker: "a", error: "larger", retryAt: nil, now: start))
            let failed = try #require(try await catalog.job(job.id))
            #expect(failed.state == .failed && failed.progress.failed == 1 && failed.error == "larger")
            #expect(try await catalog.requeue(job.id, now: start)?.state == .queued)
            _ = try await catalog.lease(worker: "a", limit: 5, seconds: 60, now: start)
            #expect(try await catalog.complete(job.id, worker: "a", now: start))
            #expect(try await catalog.job(job.id)?.progress == Job.Progress(total: 1, done: 1, failed: 0))
            let later = start.advanced(bySeconds: 86_500)
            _ = try await catalog.enqueue(compression(of: 1, as: .png), owner: .root, now: later)
            #expect(try await catalog.job(job.id) == nil)
        }
    }

    @Test func `a failed job is retried from the start, unless another one is active`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            for number in 1...2 { _ = try await fixture.add(number) }
            let first = try await catalog.enqueue(compression(of: 1, as: .png), owner: .root, now: start)
            let second = try await catalog.enqueue(compression(of: 2, as: .png), owner: .root, now: start)
            for job in try await catalog.lease(worker: "a", limit: 5, seconds: 60, now: start) {
                #expect(try await catalog.fail(job.job.id, worker: "a", error: "x", retryAt: nil, now: start))
            }
            let again = try #require(try await catalog.requeue(first.id, now: start))
            #expect(again.id == first.id && again.state == .queued && again.progress == Job.Progress(total: 1))
            #expect(try await catalog.job(second.id)?.progress == Job.Progress(total: 1, done: 0, failed: 1))
            let active = try await catalog.enqueue(compression(of: 2, as: .png), owner: .root, now: start)
            #expect(active.id != second.id)
            #expect(try await catalog.requeue(second.id, now: start)?.id == active.id)
            #expect(try await catalog.job(second.id)?.state == .failed)
        }
    }

    @Test func `only finished jobs are removed, and only after a day`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            for number in 1...3 { _ = try await fixture.add(number) }
            let done = try await catalog.enqueue(compression(of: 1, as: .png), owner: .root, now: start)
            let failed = try await catalog.enqueue(compression(of: 2, as: .png), owner: .root, now: start)
            _ = try await catalog.lease(worker: "a", limit: 5, seconds: 60, now: start)
            #expect(try await catalog.complete(done.id, worker: "a", now: start))
            #expect(try await catalog.fail(failed.id, worker: "a", error: "x", retryAt: nil, now: start))
            for (seconds, isThere) in [(86_400.0, true), (86_401, false)] {
                _ = try await catalog.enqueue(
                    compression(of: 3, as: .png), owner: .root, now: start.advanced(bySeconds: seconds))
                #expect(try await (catalog.job(done.id) != nil) == isThere)
                #expect(try await catalog.job(failed.id) != nil)
            }
        }
    }

    @Test func `each account has its own jobs`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            _ = try await fixture.add(1)
            let alice = try await fixture.addAccount("alice")
            let hers = try await fixture.catalog.enqueue(compression(of: 1, as: .png), owner: alice, now: start)
            let ours = try await fixture.catalog.enqueue(compression(of: 1, as: .png), owner: .root, now: start)
            #expect(hers.id != ours.id && hers.owner == alice && ours.owner == .root)
        }
    }
}

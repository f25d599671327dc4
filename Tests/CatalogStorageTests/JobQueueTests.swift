import CatalogStorage
import Domain
import SQLite
import Testing

private let start = Timestamp(seconds: 1_800_000_000)

private func after(_ seconds: Double) -> Timestamp { start.advanced(bySeconds: seconds) }

@Suite struct JobQueueTests {
    @Test func `jobs are listed newest first, by state and kind, in pages`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            for number in 1...3 { try await fixture.add(number, Sample(queueDerive: true)) }
            _ = try await catalog.enqueue(compression(of: 1, as: .png), owner: .root, now: start)
            let first = try #require(try await catalog.lease(worker: "a", limit: 1, seconds: 60, now: start).first).job
            #expect(first.work.digest == digest(1) && first.kind == .derive)
            _ = try await catalog.fail(first.id, worker: "a", error: "x", retryAt: nil, now: start)
            func digests(_ state: Job.State?, _ kind: Job.Kind?, limit: Int) async throws -> [Digest?] {
                var (found, cursor, pages): ([Digest?], Cursor?, Int) = ([], nil, 0)
                repeat {
                    let page = try await catalog.jobs(state: state, kind: kind, after: cursor, limit: limit)
                    found += page.elements.map(\.work.digest)
                    (cursor, pages) = (page.next, pages + 1)
                } while cursor != nil && pages < 10
                return found
            }
            for limit in [1, 2, 3, 10] {
                #expect(try await digests(nil, nil, limit: limit) == [1, 3, 2, 1].map(digest))
                #expect(try await digests(.queued, nil, limit: limit) == [1, 3, 2].map(digest))
                #expect(try await digests(nil, .derive, limit: limit) == [3, 2, 1].map(digest))
                #expect(try await digests(.failed, .derive, limit: limit) == [digest(1)])
                #expect(try await digests(.failed, .compress, limit: limit) == [])
            }
        }
    }

    @Test func `leasing writes nothing if no job is due`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let before = fixture.database.commits
            #expect(try await fixture.catalog.lease(worker: "a", limit: 5, seconds: 60, now: start).isEmpty)
            #expect(fixture.database.commits.writes == before.writes)
        }
    }

    @Test func `jobs whose leases were ended can be leased again at once`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            try await fixture.add(1, Sample(queueDerive: true))
            let job = try #require(try await catalog.lease(worker: "a", limit: 1, seconds: 60, now: start).first).job
            try await catalog.endLeases(now: after(1))
            #expect(try await catalog.lease(worker: "b", limit: 1, seconds: 60, now: after(0.5)).isEmpty)
            let again = try await catalog.lease(worker: "b", limit: 1, seconds: 60, now: after(1))
            #expect(again.map(\.job.id) == [job.id])
        }
    }

    @Test func `jobs of uploads come before generated jobs`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let images = try await [fixture.add(1).id, fixture.add(2).id]
            _ = try await fixture.catalog.enqueueGenerate(.thumbnail, images: images, now: start)
            try await fixture.add(3, Sample(dateAdded: after(5), queueDerive: true))
            let leased = try await fixture.catalog.lease(worker: "a", limit: 1, seconds: 60, now: after(9))
            #expect(leased.map(\.job.work.digest) == [digest(3)])
        }
    }

    @Test func `a worker for uploads takes nothing else`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            func lease(_ seconds: Double) async throws -> [Digest?] {
                try await catalog.lease(worker: "a", limit: 9, seconds: 1, of: .uploads, now: after(seconds))
                    .map(\.job.work.digest)
            }
            let image = try await fixture.add(1)
            _ = try await catalog.enqueue(compression(of: 1, as: .png), owner: .root, now: start)
            _ = try await catalog.enqueueGenerate(.thumbnail, images: [image.id], now: start)
            #expect(try await lease(1).isEmpty)
            try await fixture.add(2, Sample(queueDerive: true))
            #expect(try await lease(2) == [digest(2)])
            #expect(try await lease(9).isEmpty, "expired leases are left to the others")
        }
    }
}

@Suite struct CountingJobTests {
    /// Contents 1 to 4, and two jobs for two of them each.
    private func run(
        _ body: (_ catalog: Catalog, _ images: [ImageID], _ thumbnails: JobID, _ fullSize: JobID) async throws -> Void
    ) async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            var images: [ImageID] = []
            for number in 1...4 { images.append(try await fixture.add(number).id) }
            let thumbnails = try await fixture.catalog.enqueueGenerate(
                .thumbnail, images: Array(images[..<2]), now: start)
            let fullSize = try await fixture.catalog.enqueueGenerate(
                .fullSize, images: Array(images[2...]), now: start)
            try await body(fixture.catalog, images, thumbnails.id, fullSize.id)
        }
    }

    @Test func `a failure that is tried again is no longer counted by its job`() async throws {
        try await run { catalog, _, thumbnails, fullSize in
            let leased = try await catalog.lease(worker: "a", limit: 10, seconds: 60, now: start)
            let jobs = Dictionary(leased.map { ($0.job.work.digest, $0.job) }) { first, _ in first }
            for number in [1, 3] {
                let job = try #require(jobs[digest(number)])
                #expect(job.parent == (number == 1 ? thumbnails : fullSize))
                // First temporarily, then permanently.
                #expect(try await catalog.fail(job.id, worker: "a", error: "x", retryAt: start, now: start))
                #expect(try await catalog.job(job.parent ?? thumbnails)?.progress == Job.Progress(total: 2))
                _ = try await catalog.lease(worker: "a", limit: 1, seconds: 60, now: start)
                #expect(try await catalog.fail(job.id, worker: "a", error: "x", retryAt: nil, now: start))
            }
            let failed = Job.Progress(total: 2, done: 0, failed: 1)
            #expect(try await catalog.job(thumbnails)?.progress == failed)
            #expect(try await catalog.job(fullSize)?.progress == failed)
            let first = try #require(jobs[digest(1)])
            let again = try #require(try await catalog.requeue(first.id, now: start))
            #expect(again.state == .queued && again.progress == Job.Progress())
            #expect(try await catalog.job(thumbnails)?.progress == Job.Progress(total: 2))
            #expect(try await catalog.job(fullSize)?.progress == failed)
        }
    }

    @Test func `a new request for an image tries its failed job again`() async throws {
        try await run { catalog, images, thumbnails, _ in
            let failed = try await failNext(catalog)
            #expect(failed.work.digest == digest(1))
            let again = try await catalog.enqueueGenerate(.thumbnail, images: [images[0]], now: start)
            #expect(again.id == thumbnails && again.progress == Job.Progress(total: 2))
            #expect(try await catalog.job(failed.id)?.state == .queued)
        }
    }

    @Test func `a deleted content is not counted, even if it has failed`() async throws {
        try await run { catalog, images, thumbnails, fullSize in
            let failed = try await failNext(catalog)
            #expect(try await catalog.job(thumbnails)?.progress == Job.Progress(total: 2, done: 0, failed: 1))
            _ = try await catalog.deleteImage(images[0], expectedVersion: nil)
            #expect(try await catalog.job(thumbnails)?.progress == Job.Progress(total: 1))
            #expect(try await catalog.job(failed.id) == nil)
            _ = try await catalog.deleteImage(images[2], expectedVersion: nil)
            #expect(try await catalog.job(fullSize)?.progress == Job.Progress(total: 1))
        }
    }

    @Test func `a job that has ended no longer counts, and others continue`() async throws {
        try await run { catalog, _, thumbnails, fullSize in
            let failed = try await failNext(catalog)
            let rest = try await catalog.lease(worker: "a", limit: 10, seconds: 60, now: start).map(\.job)
            let second = try #require(rest.first { $0.work.digest == digest(2) })
            #expect(try await catalog.complete(second.id, worker: "a", now: start))
            let ended = Job.Progress(total: 2, done: 1, failed: 1)
            #expect(try await catalog.job(thumbnails)?.state == .done)
            #expect(try await catalog.requeue(failed.id, now: start)?.state == .queued)
            #expect(try await catalog.job(thumbnails)?.progress == ended)
            for job in rest where job.work.digest == digest(3) || job.work.digest == digest(4) {
                #expect(try await catalog.complete(job.id, worker: "a", now: start))
            }
            #expect(try await catalog.job(fullSize)?.progress == Job.Progress(total: 2, done: 2, failed: 0))
            #expect(try await catalog.job(fullSize)?.state == .done)
        }
    }

    @Test func `a job that fails does not count the jobs that it queued`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            try await fixture.add(1)
            let job = try await catalog.enqueueGenerate(.thumbnail, images: nil, now: start)
            _ = try await catalog.lease(worker: "a", limit: 1, seconds: 60, now: start)
            #expect(try await catalog.enumerate([digest(1)], for: job.id, worker: "a", now: start))
            #expect(try await catalog.fail(job.id, worker: "a", error: "x", retryAt: nil, now: start))
            let child = try #require(try await catalog.lease(worker: "a", limit: 1, seconds: 60, now: start).first).job
            #expect(try await catalog.complete(child.id, worker: "a", now: start))
            let failed = try #require(try await catalog.job(job.id))
            #expect(failed.state == .failed && failed.progress == Job.Progress(total: 1))
            // A retry begins from the start.
            let again = try #require(try await catalog.requeue(job.id, now: start))
            #expect(again.state == .queued && again.progress == Job.Progress() && again.attempts == 0)
        }
    }

    @Test func `a failed job is not retried while another of its kind and owner is active`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let alice = try await fixture.addAccount("alice")
            let failed = try await catalog.enqueueGenerate(.thumbnail, images: nil, now: start)
            _ = try await failNext(catalog)
            // Jobs of another kind or another owner may be active.
            _ = try await catalog.enqueueGenerate(.fullSize, images: nil, now: start)
            let hers = try await catalog.enqueueGenerate(.thumbnail, images: nil, owner: alice, now: start)
            #expect(try await catalog.requeue(failed.id, now: start)?.id == failed.id)
            #expect(try await catalog.job(failed.id)?.state == .queued)
            // The same for her failed job, while a new one of hers is active.
            for leased in try await catalog.lease(worker: "a", limit: 9, seconds: 60, now: start)
            where leased.job.id == hers.id {
                _ = try await catalog.fail(hers.id, worker: "a", error: "x", retryAt: nil, now: start)
            }
            let active = try await catalog.enqueueGenerate(.thumbnail, images: nil, owner: alice, now: start)
            #expect(active.id != hers.id)
            #expect(try await catalog.requeue(hers.id, now: start)?.id == active.id)
            #expect(try await catalog.job(hers.id)?.state == .failed)
        }
    }

    @Test func `a request for all extends an active job for some, once`() async throws {
        try await run { catalog, _, thumbnails, fullSize in
            #expect(try await catalog.job(thumbnails)?.state == .running)
            let all = try await catalog.enqueueGenerate(.thumbnail, images: nil, now: start)
            #expect(all.id == thumbnails && all.state == .queued)
            #expect(try await catalog.job(fullSize)?.state == .running)
            let leased = try await catalog.lease(worker: "a", limit: 1, seconds: 60, now: start)
            #expect(leased.map(\.job.id) == [thumbnails])
            // It is active: a repeated request does not begin it again.
            let again = try await catalog.enqueueGenerate(.thumbnail, images: nil, now: after(1))
            #expect(again.id == thumbnails && again.state == .running)
            #expect(try await catalog.heartbeat(thumbnails, worker: "a", until: after(99)))
        }
    }

    @Test func `finding all counts earlier failures, and does not retry its own`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            try await fixture.add(1, Sample(queueDerive: true))
            let child = try await failNext(catalog)
            let job = try await catalog.enqueueGenerate(.thumbnail, images: nil, now: start)
            _ = try await catalog.lease(worker: "a", limit: 1, seconds: 60, now: start)
            #expect(try await catalog.enumerate([digest(1)], for: job.id, worker: "a", now: start))
            #expect(try await catalog.job(child.id)?.state == .queued)
            #expect(try await catalog.job(child.id)?.parent == job.id)
            #expect(try await failNext(catalog).id == child.id)
            #expect(try await catalog.enumerate([digest(1)], for: job.id, worker: "a", now: start))
            #expect(try await catalog.job(child.id)?.state == .failed)
            #expect(try await catalog.job(job.id)?.progress == Job.Progress(total: 1, done: 0, failed: 1))
            #expect(try await !catalog.finishEnumeration(of: job.id, worker: "b", now: start))
            #expect(try await catalog.job(job.id)?.state == .running)
            #expect(try await catalog.finishEnumeration(of: job.id, worker: "a", now: start))
            #expect(try await catalog.job(job.id)?.state == .done)
        }
    }

    @Test func `finding all retries failures of other jobs, whatever it has counted already`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            try await fixture.add(1, Sample(queueDerive: true))
            let failed = try await failNext(catalog)
            try await fixture.add(2)
            let job = try await catalog.enqueueGenerate(.thumbnail, images: nil, now: start)
            _ = try await catalog.lease(worker: "a", limit: 1, seconds: 60, now: start)
            #expect(try await catalog.enumerate([digest(2)], for: job.id, worker: "a", now: start))
            #expect(try await catalog.enumerate([digest(1)], for: job.id, worker: "a", now: start))
            #expect(try await catalog.job(failed.id)?.state == .queued)
            #expect(try await catalog.job(job.id)?.progress == Job.Progress(total: 2))
        }
    }

    @Test func `a job that finds nothing is done, and can still be queried`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let job = try await fixture.catalog.enqueueGenerate(.fullSize, images: nil, now: start)
            _ = try await fixture.catalog.lease(worker: "a", limit: 1, seconds: 60, now: start)
            #expect(try await fixture.catalog.complete(job.id, worker: "a", now: start))
            #expect(try await fixture.catalog.job(job.id)?.state == .done)
        }
    }

    @Test func `a job belongs to the first that counts it`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let image = try await fixture.add(1, Sample(queueDerive: true)).id
            try await fixture.add(2, Sample(queueDerive: true))
            let first = try await catalog.enqueueGenerate(.thumbnail, images: [image], now: start)
            let second = try await catalog.enqueueGenerate(.fullSize, images: [image], now: start)
            let jobs = try await catalog.jobs(state: nil, kind: .derive, after: nil, limit: 10).elements
            #expect(jobs.map(\.work.digest) == [digest(2), digest(1)] && jobs.map(\.parent) == [nil, first.id])
            _ = try await catalog.lease(worker: "a", limit: 10, seconds: 60, now: start)
            #expect(try await catalog.complete(jobs[1].id, worker: "a", now: start))
            for job in [first, second] {
                #expect(try await catalog.job(job.id)?.progress == Job.Progress(total: 1, done: 1, failed: 0))
            }
        }
    }
}

/// Leases the next job, and lets it fail permanently.
@discardableResult
private func failNext(_ catalog: Catalog) async throws -> Job {
    let job = try #require(try await catalog.lease(worker: "a", limit: 1, seconds: 60, now: start).first).job
    #expect(try await catalog.fail(job.id, worker: "a", error: "x", retryAt: nil, now: start))
    return job
}

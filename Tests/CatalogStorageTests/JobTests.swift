import CatalogStorage
import Domain
import Testing

private let start = Timestamp(seconds: 1_800_000_000)

@Suite struct JobTests {
    @Test func `an expired lease is given to another worker, and the first cannot complete`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            try await fixture.add(1, Sample(queueDerive: true))
            let first = try await catalog.lease(worker: "a", limit: 5, seconds: 60, now: start)
            #expect(first.map(\.job.attempts) == [1] && first.map(\.job.work.digest) == [digest(1)])
            let job = try #require(first.first).job.id
            #expect(try await catalog.lease(worker: "b", limit: 5, seconds: 60, now: start).isEmpty)
            #expect(try await catalog.heartbeat(job, worker: "a", until: start.advanced(bySeconds: 90)))
            #expect(
                try await catalog.lease(worker: "b", limit: 5, seconds: 60, now: start.advanced(bySeconds: 80)).isEmpty)
            let second = try await catalog.lease(worker: "b", limit: 5, seconds: 60, now: start.advanced(bySeconds: 90))
            #expect(second.map(\.job.attempts) == [2])
            #expect(try await catalog.complete(job, worker: "a") == false)
            #expect(try await catalog.fail(job, worker: "a", error: "x", retryAt: nil) == false)
            #expect(try await catalog.heartbeat(job, worker: "a", until: start) == false)
            #expect(try await catalog.complete(job, worker: "b"))
            #expect(try await catalog.job(job) == nil)
        }
    }

    @Test func `failures wait before the next attempt, and final ones can be queried and retried`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            try await fixture.add(1, Sample(queueDerive: true))
            let job = try #require(try await catalog.lease(worker: "a", limit: 1, seconds: 60, now: start).first).job.id
            let later = start.advanced(bySeconds: 30)
            #expect(try await catalog.fail(job, worker: "a", error: "busy", retryAt: later, now: start))
            #expect(try await catalog.lease(worker: "a", limit: 1, seconds: 60, now: start).isEmpty)
            #expect(try await catalog.lease(worker: "a", limit: 1, seconds: 60, now: later).count == 1)
            #expect(try await catalog.fail(job, worker: "a", error: "broken", retryAt: nil, now: later))
            let failed = try await catalog.jobs(state: .failed, kind: nil, after: nil, limit: 10).elements
            #expect(failed.map(\.error) == ["broken"] && failed.map(\.attempts) == [2])
            #expect(try await catalog.lease(worker: "a", limit: 1, seconds: 60, now: later).isEmpty)
            #expect(try await catalog.requeue(job, now: later)?.state == .queued)
            #expect(try await catalog.requeue(job, now: later) == nil)
            #expect(try await catalog.lease(worker: "a", limit: 1, seconds: 60, now: later).map(\.job.attempts) == [1])
        }
    }

    @Test func `generating all counts each content once, and ends with the last one`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            for n in 0..<4 { try await fixture.add(n, Sample(queueDerive: n == 0)) }
            let job = try await catalog.enqueueGenerate(.thumbnail, images: nil, now: start)
            #expect(try await catalog.enqueueGenerate(.thumbnail, images: nil, now: start).id == job.id)
            #expect(try await catalog.enqueueGenerate(.fullSize, images: nil, now: start).id != job.id)
            let leased = try await catalog.lease(worker: "a", limit: 3, seconds: 60, now: start)
            #expect(leased.contains { $0.job.id == job.id })
            let digests = try await catalog.contents(lacking: .thumbnail, after: nil, limit: 100).elements
            for _ in 0..<2 { #expect(try await catalog.enumerate(digests, for: job.id, worker: "a", now: start)) }
            #expect(try await catalog.enumerate(digests, for: job.id, worker: "b", now: start) == false)
            #expect(try await catalog.finishEnumeration(of: job.id, worker: "a", now: start))
            #expect(try await catalog.job(job.id)?.progress == Job.Progress(total: 4))
            var work = leased.filter { $0.job.kind == .derive }
            work += try await catalog.lease(worker: "a", limit: 10, seconds: 60, now: start)
            #expect(work.count == 4)
            for (index, item) in work.enumerated() {
                #expect(try await catalog.job(job.id)?.state == .running)
                if index == 0 {
                    #expect(try await catalog.fail(item.job.id, worker: "a", error: "x", retryAt: nil, now: start))
                } else {
                    #expect(try await catalog.complete(item.job.id, worker: "a", now: start))
                }
            }
            let done = try #require(try await catalog.job(job.id))
            #expect(done.state == .done && done.progress == Job.Progress(total: 4, done: 3, failed: 1))
            #expect(try await catalog.enqueueGenerate(.thumbnail, images: nil, now: start).id != job.id)
        }
    }

    @Test func `generating some clears damage, retries failures, and ends at once if nothing is missing`()
        async throws
    {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            let broken = try await fixture.add(1, Sample(queueDerive: true))
            let whole = try await fixture.add(2)
            try await fixture.show([file(2, .thumbnail), file(2, .fullSize)])
            let child = try #require(try await catalog.lease(worker: "a", limit: 1, seconds: 60, now: start).first).job
                .id
            _ = try await catalog.fail(child, worker: "a", error: "x", retryAt: nil, now: start)
            try await fixture.damage(1, reason: "x")
            let nothing = try await catalog.enqueueGenerate(
                .thumbnail, images: [whole.id, ImageID()], now: start)
            #expect(nothing.state == .done && nothing.progress.total == 0)
            let job = try await catalog.enqueueGenerate(.thumbnail, images: [broken.id, whole.id], now: start)
            #expect(job.state == .running && job.progress.total == 1)
            #expect(try await catalog.image(broken.id)?.state == .pending)
            let again = try #require(try await catalog.lease(worker: "a", limit: 9, seconds: 60, now: start).first)
            #expect(again.job.id == child)
            _ = try await catalog.fail(child, worker: "a", error: "x", retryAt: nil, now: start)
            #expect(try await catalog.job(job.id)?.progress == Job.Progress(total: 1, done: 0, failed: 1))
            #expect(try await catalog.job(job.id)?.state == .done)
        }
    }

    @Test func `a deleted content is no longer waited for`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let image = try await fixture.add(1)
            let job = try await fixture.catalog.enqueueGenerate(.fullSize, images: [image.id], now: start)
            _ = try await fixture.catalog.deleteImage(image.id, expectedVersion: nil)
            let ended = try #require(try await fixture.catalog.job(job.id))
            #expect(ended.state == .done && ended.progress.total == 0)
        }
    }

    @Test func `uploads do not wait for a generation`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let catalog = fixture.catalog
            var images: [ImageID] = []
            for n in 0..<20 { images.append(try await fixture.add(n).id) }
            _ = try await catalog.enqueueGenerate(.thumbnail, images: images, now: start)
            try await fixture.add(100, Sample(dateAdded: start.advanced(bySeconds: 5), queueDerive: true))
            let leased = try await catalog.lease(worker: "a", limit: 2, seconds: 60, now: start.advanced(bySeconds: 9))
            #expect(leased.contains { $0.job.work.digest == digest(100) })
            let rest = try await catalog.lease(worker: "a", limit: 100, seconds: 60, now: start.advanced(bySeconds: 9))
            #expect(rest.map(\.job.work.digest) == (1..<20).map(digest))
        }
    }

    @Test func `many workers never share a job`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            for n in 0..<50 { try await fixture.add(n, Sample(queueDerive: true)) }
            let jobs = try await withThrowingTaskGroup(of: [JobID].self) { group in
                for n in 0..<10 {
                    group.addTask {
                        try await fixture.catalog.lease(worker: "w\(n)", limit: 7, seconds: 60, now: start).map(
                            \.job.id)
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(jobs.count == 50 && Set(jobs).count == 50)
        }
    }
}

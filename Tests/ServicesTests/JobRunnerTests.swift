import CatalogStorage
import Composition
import Domain
import Foundation
import TestApplication
import Testing

@testable import Services

@Suite struct JobRunnerTests {
    /// Waits, for at most a minute, until a job meets a condition.
    private static func job(
        _ id: JobID, of assembly: RepositoryAssembly, until isReached: (Job) -> Bool
    ) async throws -> Job? {
        let deadline = ContinuousClock.now.advanced(by: .seconds(60))
        while ContinuousClock.now < deadline {
            let seen = assembly.jobs.changeCount
            guard let job = try await assembly.repository.catalog.job(id) else { return nil }
            if isReached(job) { return job }
            // A retry does not signal when it is due.
            assembly.jobs.wake()
            await assembly.jobs.waitForChange(after: seen, atMost: 0.2)
        }
        Issue.record("the job has not become what was waited for")
        return nil
    }

    @Test func `a job ends as done, or is removed if no account can query it`() async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            let assembly = application.assembly
            let record = try await assembly.add(TestPicture.png()).record
            let asked = try await assembly.jobs.compress(record.id, as: .jpeg, for: .root)
            #expect(asked.state == .queued && asked.attempts == 0)
            let done = try await Self.job(asked.id, of: assembly) { $0.state.isFinal }
            #expect(done?.state == .done && done?.attempts == 1 && done?.progress.done == 1)
            let derive = try await assembly.repository.catalog.enqueue(.derive(record.content.digest), owner: nil)
            #expect(try await Self.job(derive.id, of: assembly) { $0.state.isFinal } == nil)
            #expect(try application.files(in: "thumbnail").count == 1)
        }
    }

    @Test func `a repeated request returns the same job while it is active`() async throws {
        try await TestApplication.run { application in
            let catalog = application.assembly.repository.catalog
            let record = try await application.assembly.add(TestPicture.png()).record
            let work = Job.Work.compress(record.id, record.content.digest, nil)
            // Due in a year, so that no worker takes it before.
            let later = Timestamp.now.advanced(bySeconds: 365 * 86_400)
            let first = try await catalog.enqueue(work, owner: .root, now: later)
            #expect(try await catalog.enqueue(work, owner: .root).id == first.id)
            let other = Job.Work.compress(record.id, record.content.digest, .jpeg)
            #expect(try await catalog.enqueue(other, owner: .root, now: later).id != first.id)
        }
    }

    @Test func `a job that fails for a temporary reason is tried again`() async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            let assembly = application.assembly
            let record = try await assembly.add(TestPicture.png()).record
            let staging = application.folder + "/staging"
            try FileManager.default.removeItem(atPath: staging)
            let asked = try await assembly.repository.catalog.enqueue(.derive(record.content.digest), owner: nil)
            let failed = try await Self.job(asked.id, of: assembly) { $0.error != nil }
            #expect(failed?.state == .queued && failed?.attempts == 1)
            let pause = try #require(failed.map { $0.runAfter.seconds - $0.dateUpdated.seconds })
            #expect((1...2).contains(pause))
            try FileManager.default.createDirectory(atPath: staging, withIntermediateDirectories: false)
            #expect(try await Self.job(asked.id, of: assembly) { $0.state.isFinal } == nil, "it is done, and gone")
            #expect(try application.files(in: "thumbnail").count == 1)
        }
    }

    @Test(arguments: [(3, Job.State.queued), (4, .failed)])
    func `the fifth failed attempt is the last`(earlier: Int, state: Job.State) async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            let (assembly, catalog) = (application.assembly, application.assembly.repository.catalog)
            let record = try await assembly.add(TestPicture.png()).record
            try FileManager.default.removeItem(atPath: application.folder + "/staging")
            // The earlier attempts fail in a year, which the server's own worker does not see.
            let later = Timestamp.now.advanced(bySeconds: 365 * 86_400)
            let asked = try await catalog.enqueue(.derive(record.content.digest), owner: nil, now: later)
            for attempt in 1...earlier {
                let leased = try await catalog.lease(worker: "test", limit: 1, seconds: 20, now: later)
                #expect(leased.first?.job.id == asked.id && leased.first?.job.attempts == attempt)
                let retry = attempt == earlier ? Timestamp.now : later
                #expect(try await catalog.fail(asked.id, worker: "test", error: "x", retryAt: retry, now: later))
            }
            let failed = try await Self.job(asked.id, of: assembly) { $0.error != "x" && $0.state != .running }
            #expect(failed?.state == state && failed?.attempts == earlier + 1)
            // The image is not at fault, and must not be reported as damaged.
            #expect(try await catalog.content(record.content.digest)?.damage == nil)
        }
    }

    @Test func `a job for many images counts successes and failures`() async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            let assembly = application.assembly
            for seed in 1...3 { try await assembly.add(TestPicture.png(seed: UInt32(seed))) }
            let broken = try await assembly.add(TestPicture.broken()).record
            let asked = try await assembly.jobs.generate(.thumbnail, images: nil, for: .root)
            let done = try await Self.job(asked.id, of: assembly) { $0.state.isFinal }
            #expect(done?.state == .done && done?.progress == Job.Progress(total: 4, done: 3, failed: 1))
            #expect(try application.files(in: "thumbnail").count == 3)
            let failed = try await assembly.jobs.list(state: .failed, kind: .derive, after: nil, limit: 9, for: .root)
            #expect(failed.elements.map(\.work.digest) == [broken.content.digest])
            #expect(failed.elements.first?.attempts == 1, "an image that cannot be decoded is tried once")
            let again = try await assembly.jobs.generate(.thumbnail, images: [], for: .root)
            let empty = try await Self.job(again.id, of: assembly) { $0.state.isFinal }
            #expect(empty?.state == .done && empty?.progress == Job.Progress())
        }
    }

    @Test func `a job whose image was deleted has nothing left to do`() async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            let assembly = application.assembly
            let record = try await assembly.add(TestPicture.png()).record
            try await assembly.library.delete(record.id, version: nil, isPermanent: true, for: .root)
            let asked = try await assembly.repository.catalog.enqueue(
                .compress(record.id, record.content.digest, nil), owner: .root)
            let done = try await Self.job(asked.id, of: assembly) { $0.state.isFinal }
            #expect(done?.state == .done && done?.error == nil)
        }
    }
}

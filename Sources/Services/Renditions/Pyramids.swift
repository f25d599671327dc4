internal import BlobStorage
internal import CatalogStorage
internal import Domain
internal import Imaging
internal import RenditionStorage
public import Runtime
internal import SystemIO
internal import Telemetry
internal import Transformations

/// The pyramids of large images: opened for renders of their parts, requested, and made in the background one at a
/// time.
public final class Pyramids: Service {
    /// How long a request waits for a pyramid before it is served from the original instead.
    private static let maximumWait: Duration = .seconds(15)

    private let repository: Repository
    private let admission: RenderAdmission
    private let schedule = Locked(PyramidSchedule())
    /// Signals when a pyramid is to be made, and when it is done with.
    private let changes = ChangeSignal()

    public init(repository: Repository, admission: RenderAdmission) {
        (self.repository, self.admission) = (repository, admission)
    }

    /// Makes pyramids as they are requested, until the task is cancelled.
    ///
    /// What a worker has begun by then is finished, and not kept.
    public func run(ready: @escaping @Sendable () -> Void) async {
        ready()
        while !Task.isCancelled {
            let seen = changes.generation
            if let digest = schedule.withLock(\.underWay) {
                let outcome = await make(digest)
                schedule.withLock { $0.end(outcome) }
                changes.signal()
            } else {
                await changes.wait(after: seen)
            }
        }
    }

    /// The level of a pyramid that serves a plan; nil if there is none. One that is missing is requested.
    func source(for plan: RenderPlan, of input: RenderInput) async throws -> SourceFile? {
        guard let (level, size) = Pyramid.level(for: plan, of: input.content) else { return nil }
        try await request(for: plan, of: input)
        guard let hit = try await repository.cache.open(Pyramid.key(of: input.content)) else { return nil }
        return SourceFile(hit.file, .tiff, size, level: level, turn: input.access.rotation)
    }

    /// Removes a pyramid that could not be read.
    func remove(of content: ImageContent, _ error: ImagingError) async throws {
        repository.log.log(.warning, "pyramid dropped", ["digest": "\(content.digest)", "reason": "\(error)"])
        try await repository.cache.remove(Pyramid.key(of: content))
    }

    /// Requests a pyramid if a part of the image would have to come from the original, and waits for one that is being
    /// made.
    private func request(for plan: RenderPlan, of input: RenderInput) async throws {
        let digest = input.content.digest
        guard repository.cache.isOn, plan.isPart, input.files.contains(where: { $0.type == .original }),
            !repository.cache.holds(try Pyramid.key(of: input.content))
        else { return }
        switch schedule.withLock({ $0.ask(digest) }) {
        case .goOn: return
        case .begin: changes.signal()
        case .wait: break
        }
        let deadline = ContinuousClock.now + Self.maximumWait
        while true {
            try Task.checkCancellation()
            let seen = changes.generation
            let left = ContinuousClock.now.duration(to: deadline) / .seconds(1)
            guard left > 0, schedule.withLock({ $0.underWay == digest }) else { return }
            await changes.wait(after: seen, atMost: left)
        }
    }

    private func make(_ digest: Digest) async -> PyramidSchedule.Outcome {
        do {
            guard try await build(digest) else {
                repository.log.log(.warning, "pyramid larger than the cache", ["digest": "\(digest)"])
                return .tooLarge
            }
            repository.metrics.pyramids.increment()
            return .made
        } catch is CancellationError {
            return .turnedAway
        } catch {
            repository.metrics.failedPyramids.increment()
            repository.log.log(.warning, "pyramid not made", ["digest": "\(digest)", "reason": "\(error)"])
            return ServiceError(explaining: error)?.code == .overloaded ? .turnedAway : .failed
        }
    }

    /// - Returns: whether there was room to keep it.
    private func build(_ digest: Digest) async throws -> Bool {
        guard let content = try await repository.catalog.content(digest),
            let original = try await repository.catalog.file(of: digest, .original),
            let file = try await repository.store.openLocally(original.key)
        else { throw ServiceError.noImage() }
        let key = try Pyramid.key(of: content)
        if repository.cache.holds(key) { return true }
        let cost = RenderCost(ofPyramidOf: content)
        return try await admission.withRoom(for: cost, of: digest, client: .server) { [repository] in
            let draft = try await repository.cache.begin()
            _ = try await repository.imaging.makePyramid(of: file, format: content.format, to: draft.file)
            return try await repository.locks.withLock(digest) {
                guard try await repository.catalog.isKnown(digest) else { throw ServiceError.noImage() }
                _ = try await repository.cache.keep(draft, as: key)
                return repository.cache.holds(key)
            }
        }
    }
}

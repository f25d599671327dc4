internal import BlobStorage
internal import CatalogStorage
internal import Domain
internal import Imaging
internal import RenditionStorage
public import Runtime
internal import SystemIO
internal import Telemetry
internal import Transformations

/// What requests and the one who makes pyramids have in common.
final class PyramidRequests: Sendable {
    let schedule = Locked(PyramidSchedule())
    /// Rings when one is to be made, and when one is done with.
    let changes = ChangeSignal()
}

/// Makes pyramids in the background, as requests for parts of large images ask for them.
public struct PyramidMaker: Service {
    private let renditions: Renditions

    public init(renditions: Renditions) { self.renditions = renditions }

    public func run(ready: @escaping @Sendable () -> Void) async {
        ready()
        await renditions.makePyramids()
    }
}

extension Renditions {
    /// How long a request waits for a pyramid before it is served from the original after all.
    private static let maximumWait: Duration = .seconds(15)

    /// Makes pyramids as they are requested, one after the other, until the task is cancelled.
    ///
    /// What a worker has begun by then is finished, and not kept.
    fileprivate func makePyramids() async {
        while !Task.isCancelled {
            let seen = pyramids.changes.generation
            if let digest = pyramids.schedule.withLock(\.underWay) {
                let outcome = await makePyramid(of: digest)
                pyramids.schedule.withLock { $0.end(outcome) }
                pyramids.changes.signal()
            } else {
                await pyramids.changes.wait(after: seen, atMost: 3600)
            }
        }
    }

    /// The level of a pyramid that serves a plan, where there is one.
    func pyramid(for plan: RenderPlan, of subject: Subject) async throws -> RenderSource? {
        guard let (level, size) = level(for: plan, of: subject.content),
            let hit = try await repository.cache.open(Pyramid.key(of: subject.content.digest))
        else { return nil }
        return RenderSource(hit.file, .tiff, size, level: level)
    }

    /// Orders a pyramid where a part of a large image would have to come from its original, and waits for one under way.
    func requestPyramid(for plan: RenderPlan, of subject: Subject) async throws {
        let digest = subject.content.digest
        guard repository.cache.isOn, plan.isPart, subject.files.contains(where: { $0.type == .original }),
            level(for: plan, of: subject.content) != nil,
            !repository.cache.holds(try Pyramid.key(of: digest))
        else { return }
        switch pyramids.schedule.withLock({ $0.ask(digest) }) {
        case .goOn: return
        case .begin: pyramids.changes.signal()
        case .wait: break
        }
        let deadline = ContinuousClock.now + Self.maximumWait
        while true {
            try Task.checkCancellation()
            let seen = pyramids.changes.generation
            let left = ContinuousClock.now.duration(to: deadline) / .seconds(1)
            guard left > 0, pyramids.schedule.withLock({ $0.underWay == digest }) else { return }
            await pyramids.changes.wait(after: seen, atMost: left)
        }
    }

    /// Takes away a pyramid that could not be read.
    func dropPyramid(of digest: Digest, _ error: ImagingError) async throws {
        repository.log.log(.warning, "pyramid dropped", ["digest": "\(digest)", "reason": "\(error)"])
        try await repository.cache.remove(Pyramid.key(of: digest))
    }

    private func level(for plan: RenderPlan, of content: ImageContent) -> (level: Int, size: PixelSize)? {
        guard Pyramid.serves(content) else { return nil }
        let size = content.uprightSize
        let shape = PyramidShape(of: PixelSize(size.width, size.height))
        return Pyramid.level(for: plan, in: shape).map { ($0, shape.levels[$0]) }
    }

    private func makePyramid(of digest: Digest) async -> PyramidSchedule.Outcome {
        do {
            guard try await buildPyramid(of: digest) else {
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
    private func buildPyramid(of digest: Digest) async throws -> Bool {
        guard let content = try await repository.catalog.content(digest),
            let original = try await repository.catalog.file(of: digest, .original),
            let file = try await repository.store.open(original.key)
        else { throw ServiceError.noImage() }
        let key = try Pyramid.key(of: digest)
        if repository.cache.holds(key) { return true }
        let bytes = RenderCost.bytes(ofPyramidOf: content)
        return try await admission.withRoom(for: bytes, of: digest) { [self] in
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

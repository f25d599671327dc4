internal import Imaging
internal import RenditionStorage
internal import Runtime

/// Renditions that could not be made a moment ago. A request for one gets the same answer, so that no process is busy
/// with it until its deadline again.
final class FailedRenders: Sendable {
    private struct Failure {
        let error: ImagingError
        let expires: ContinuousClock.Instant
    }

    private let failures = BoundedCache<RenditionKey, Failure>(capacity: 4096)
    private let lifetime: Duration

    /// - Parameter lifetime: how long a failure is remembered. Its cause may have been the machine and not the image,
    ///   so it is tried again after that.
    init(lifetime: Duration = .seconds(60)) { self.lifetime = lifetime }

    subscript(key: RenditionKey) -> ImagingError? {
        guard let failure = failures[key], failure.expires > .now else { return nil }
        return failure.error
    }

    func remember(_ error: ImagingError, for key: RenditionKey) {
        failures.insert(Failure(error: error, expires: .now + lifetime), for: key, since: failures.generation)
    }
}

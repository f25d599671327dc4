internal import Imaging
internal import RenditionStorage
internal import Runtime

/// Renditions that could not be made a moment ago: whoever asks again gets the same answer, and no process is kept busy
/// until its deadline once more.
final class FailedRenders: Sendable {
    private struct Failure {
        let error: ImagingError
        let expires: ContinuousClock.Instant
    }

    private let failures = BoundedCache<RenditionKey, Failure>(capacity: 4096)
    private let lifetime: Duration

    /// - Parameter lifetime: how long a failure is remembered. It may have been the machine's and not the image's, so that it
    ///   is tried again then.
    init(lifetime: Duration = .seconds(60)) { self.lifetime = lifetime }

    subscript(key: RenditionKey) -> ImagingError? {
        guard let failure = failures[key], failure.expires > .now else { return nil }
        return failure.error
    }

    func remember(_ error: ImagingError, for key: RenditionKey) {
        failures.insert(Failure(error: error, expires: .now + lifetime), for: key, since: failures.generation)
    }
}

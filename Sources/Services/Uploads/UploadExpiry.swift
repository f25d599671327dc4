public import Runtime
internal import Telemetry

/// Gives up the uploads that have expired, once a minute.
public struct UploadExpiry: Service {
    private static let seconds = 60.0

    private let uploads: ResumableUploads

    public init(uploads: ResumableUploads) { self.uploads = uploads }

    public func run(ready: @escaping @Sendable () -> Void) async {
        ready()
        while !Task.isCancelled {
            do {
                let count = try await uploads.giveUp()
                if count > 0 {
                    uploads.repository.log.log(
                        .info, "uploads that were not continued are given up", ["uploads": .number(Int64(count))])
                }
            } catch  where !Task.isCancelled {
                uploads.repository.log.log(.warning, "old uploads cannot be given up", ["reason": "\(error)"])
            } catch {
                // The server stops.
            }
            // A cancelled sleep ends early, as it should.
            try? await Task.sleep(for: .seconds(Self.seconds))
        }
    }
}

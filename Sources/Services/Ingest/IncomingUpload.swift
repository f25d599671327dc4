internal import BlobStorage
public import Domain
internal import Imaging
internal import SystemIO

/// An image that is being uploaded: hashed and staged as it arrives, and refused as early as possible.
public final class IncomingUpload {
    private let blob: StagedBlob
    private let imaging: ImagingWorkers
    private let maximumBytes: Int64
    private var head = HeadRecognition()
    private var bytes: Int64 = 0

    init(blob: StagedBlob, imaging: ImagingWorkers, maximumBytes: Int64) {
        (self.blob, self.imaging, self.maximumBytes) = (blob, imaging, maximumBytes)
    }

    /// Takes the next bytes.
    ///
    /// - Throws: `ServiceError` with `tooLarge` or `unsupported`. Then nothing of the upload is kept.
    public func append(_ piece: [UInt8]) async throws {
        bytes += Int64(piece.count)
        guard bytes <= maximumBytes else { throw ServiceError.tooLarge(maximumBytes) }
        try head.take(piece)
        try await blob.append(piece)
    }

    /// All bytes have arrived: identifies and inspects them.
    ///
    /// - Parameters:
    ///   - announced: the digest that the client says the bytes have.
    ///   - verify: decode everything, not only the header.
    public func finish(announced: Digest?, verify: Bool) async throws -> InspectedUpload {
        try await received(announced: announced).inspected(by: imaging, verify: verify)
    }

    /// All bytes have arrived: identifies them by their head.
    func received(announced: Digest? = nil) throws -> ReceivedUpload {
        guard bytes > 0 else { throw ServiceError.empty }
        let summary = try blob.finish()
        try summary.requireDigest(announced)
        return ReceivedUpload(blob: blob, summary: summary, format: try head.finish())
    }
}

extension StagedBlob.Summary {
    /// - Throws: `ServiceError` with `digestMismatch` unless the digest is the one that was announced.
    func requireDigest(_ announced: Digest?) throws {
        guard let announced, announced != digest else { return }
        throw ServiceError(
            .digestMismatch, "The bytes have the digest \(digest), not \(announced) as announced: send them again.")
    }
}

extension ServiceError {
    static let empty = ServiceError(.invalid, "The file is empty: there is no image to keep.")

    static func tooLarge(_ maximumBytes: Int64) -> ServiceError {
        ServiceError(.tooLarge, "An image may have at most \(maximumBytes) bytes.")
    }
}

/// An image that has arrived whole and may be kept.
public struct InspectedUpload: Sendable {
    let blob: StagedBlob
    let summary: StagedBlob.Summary
    public let content: ImageContent
}

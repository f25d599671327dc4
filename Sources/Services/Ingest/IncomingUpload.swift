internal import BlobStorage
public import Domain
internal import FileFormats
internal import Imaging
internal import SystemIO

/// An image that is being uploaded: hashed and staged as it arrives, and refused as early as possible.
public final class IncomingUpload {
    private let blob: StagedBlob
    private let imaging: ImagingWorkers
    private let maximumBytes: Int64
    private var head: [UInt8] = []
    private var bytes: Int64 = 0
    private var format: ImageFormat?
    /// How many bytes of the head are collected before the format is looked for.
    private var wanted = FormatRecognition.headLength

    init(blob: StagedBlob, imaging: ImagingWorkers, maximumBytes: Int64) {
        (self.blob, self.imaging, self.maximumBytes) = (blob, imaging, maximumBytes)
    }

    /// Takes the next bytes.
    ///
    /// - Throws: `ServiceError` with `tooLarge` or `unsupported`. Then nothing of the upload is kept.
    public func append(_ piece: [UInt8]) async throws {
        bytes += Int64(piece.count)
        guard bytes <= maximumBytes else {
            throw ServiceError(.tooLarge, "An image may have at most \(maximumBytes) bytes.")
        }
        if format == nil {
            head.append(contentsOf: piece.prefix(FormatRecognition.longestHead - head.count))
            if head.count >= wanted { try identify(isWhole: false) }
        }
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
        guard bytes > 0 else { throw ServiceError(.invalid, "The file is empty: there is no image to keep.") }
        let summary = try blob.finish()
        if let announced, announced != summary.digest {
            throw ServiceError(
                .digestMismatch,
                "The bytes have the digest \(summary.digest), not \(announced) as announced: send them again.")
        }
        if format == nil { try identify(isWhole: true) }
        guard let format else { throw ServiceError.unsupported("plain text") }
        return ReceivedUpload(blob: blob, summary: summary, format: format)
    }

    /// Looks for the format in the head.
    ///
    /// - Parameter isWhole: whether no more bytes follow.
    private func identify(isWhole: Bool) throws {
        switch FormatRecognition.recognise(head) {
        case .image(let found): format = found
        case .undecided where !isWhole: wanted = FormatRecognition.longestHead
        case .undecided: throw ServiceError.unsupported("plain text")
        case .other(let description): throw ServiceError.unsupported(description)
        }
    }
}

/// An image that has arrived whole and may be kept.
public struct InspectedUpload: Sendable {
    let blob: StagedBlob
    let summary: StagedBlob.Summary
    public let content: ImageContent
}

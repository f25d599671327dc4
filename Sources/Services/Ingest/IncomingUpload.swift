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
            head.append(contentsOf: piece.prefix(FormatRecognition.headLength - head.count))
            if head.count >= FormatRecognition.headLength { try identify() }
        }
        try await blob.append(piece)
    }

    /// All bytes have arrived: identifies and inspects them.
    ///
    /// - Parameters:
    ///   - announced: the digest that the client says the bytes have.
    ///   - verify: decode everything, not only the header.
    public func finish(announced: Digest?, verify: Bool) async throws -> InspectedUpload {
        guard bytes > 0 else { throw ServiceError(.invalid, "The file is empty: there is no image to keep.") }
        let summary = try blob.finish()
        if let announced, announced != summary.digest {
            throw ServiceError(
                .digestMismatch,
                "The bytes have the digest \(summary.digest), not \(announced) as announced: send them again.")
        }
        let format = try self.format ?? identify()
        let flaw = try await blob.examine { file in
            try TailCheck.flaw(of: format, size: summary.bytes, read: { try file.read(at: $0, count: $1) })
        }
        if let reason = flaw {
            throw ServiceError(.damaged, "The file is cut off or damaged: \(reason).")
        }
        let probe = try await imaging.probe(blob.file, format: format)
        if verify { try await imaging.verify(blob.file, format: format) }
        return InspectedUpload(
            blob: blob, summary: summary,
            content: ImageContent(
                digest: summary.digest, format: format, width: probe.width, height: probe.height,
                orientation: probe.orientation, frames: probe.frames, hasAlpha: probe.hasAlpha,
                metadata: probe.metadata))
    }

    @discardableResult
    private func identify() throws -> ImageFormat {
        switch FormatRecognition.recognise(head) {
        case .image(let format):
            self.format = format
            return format
        case .other(let description):
            let formats = ImageFormat.allCases.map { $0.rawValue.uppercased() }.joined(separator: ", ")
            throw ServiceError(.unsupported, "This is \(description). Accepted are \(formats), by content.")
        }
    }
}

/// An image that has arrived whole and may be kept.
public struct InspectedUpload: Sendable {
    let blob: StagedBlob
    let summary: StagedBlob.Summary
    public let content: ImageContent
}

internal import BlobStorage
internal import Domain
internal import FileFormats
internal import Imaging
internal import SystemIO

/// An image that has arrived whole, and has only been identified by its head.
struct ReceivedUpload: Sendable {
    let blob: StagedBlob
    let summary: StagedBlob.Summary
    let format: ImageFormat

    /// Inspects the bytes.
    ///
    /// - Parameter verify: decode everything, not only the header.
    /// - Throws: `ServiceError` with `unsupported` or `damaged`; `ImagingError`.
    func inspected(by imaging: ImagingWorkers, verify: Bool) async throws -> InspectedUpload {
        let (recognition, flaw) = try await blob.examine { file in
            let read: (Int64, Int) throws -> [UInt8] = { try file.read(at: $0, count: $1) }
            return (
                // The head has told all other formats.
                format == .tiff ? try FormatRecognition.recognise(size: summary.bytes, read: read) : .image(format),
                try TailCheck.flaw(of: format, size: summary.bytes, read: read)
            )
        }
        if case .other(let description) = recognition { throw ServiceError.unsupported(description) }
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
                metadata: probe.metadata,
                versions: ContentVersions(inspection: ImagingWorkers.inspectionVersion)))
    }
}

extension ServiceError {
    /// - Parameter description: what the bytes are, such as `a PDF document`.
    static func unsupported(_ description: String) -> ServiceError {
        let formats = ImageFormat.allCases.map { $0.rawValue.uppercased() }.joined(separator: ", ")
        return ServiceError(.unsupported, "This is \(description). Accepted are \(formats), by content.")
    }
}

internal import BlobStorage
internal import Domain
internal import SystemIO
internal import Transformations

/// The file that a rendition is made from.
struct RenderSource {
    let file: FileDescriptor
    let format: ImageFormat
    /// Pixels, upright.
    let size: PixelSize
    /// Of a pyramid, which one is read; nil for any other file.
    let level: Int?

    init(_ file: FileDescriptor, _ format: ImageFormat, _ size: PixelSize, level: Int? = nil) {
        (self.file, self.format, self.size, self.level) = (file, format, size, level)
    }

    /// Whether so much more is there than a plan needs that a second encoding is not seen.
    ///
    /// Half of a picture that was encoded once more still looks as if it came from the original; more of it would not.
    static func serves(_ size: PixelSize, _ plan: RenderPlan) -> Bool {
        let across = Double(size.width) / Double(plan.page.width)
        let down = Double(size.height) / Double(plan.page.height)
        return min(across, down) >= 2 * plan.scale
    }
}

extension Renditions {
    /// The smallest file that is at least twice as large as the target, and else the original.
    ///
    /// Where the original is not kept any more, the largest that is left has to do.
    /// - Parameter withPyramid: whether a pyramid may serve, and is ordered where there is none.
    func source(
        for plan: RenderPlan, of subject: Subject, withPyramid: Bool = true
    ) async throws -> RenderSource? {
        let needsOriginal = plan.isFromOriginal || plan.keepsMetadata || plan.isAnimated || plan.pageIndex > 0
        guard !needsOriginal else { return try await source(of: subject, [.original]) }
        let serving = [FileType.thumbnail, .fullSize].filter { type in
            subject.files.first { $0.type == type }.map { RenderSource.serves($0.size, plan) } ?? false
        }
        if serving.first != .thumbnail, let stone = try await intermediateCopy(for: plan, of: subject) { return stone }
        if serving.isEmpty, withPyramid {
            try await requestPyramid(for: plan, of: subject)
            if let level = try await pyramid(for: plan, of: subject) { return level }
        }
        return try await source(of: subject, serving + [.original, .fullSize, .thumbnail])
    }

    /// The first of some types that is there.
    func source(of subject: Subject, _ types: [FileType]) async throws -> RenderSource? {
        for type in types {
            if let stored = subject.files.first(where: { $0.type == type }),
                let file = try await repository.store.open(stored.key)
            {
                return RenderSource(file, stored.format, stored.size)
            }
        }
        return nil
    }

    private func intermediateCopy(for plan: RenderPlan, of subject: Subject) async throws -> RenderSource? {
        guard IntermediateCopy.serves(subject.content) else { return nil }
        let upright = PixelSize(subject.content.uprightSize.width, subject.content.uprightSize.height)
        let scale = Double(IntermediateCopy.pixels) / Double(max(upright.width, upright.height))
        let size = PixelSize(
            max(1, Int((Double(upright.width) * scale).rounded())),
            max(1, Int((Double(upright.height) * scale).rounded())))
        guard RenderSource.serves(size, plan),
            let (file, format) = try await intermediateCopy(of: subject.content.digest)
        else { return nil }
        return RenderSource(file, format, size)
    }
}

extension StoredFile {
    fileprivate var size: PixelSize { PixelSize(width, height) }
}

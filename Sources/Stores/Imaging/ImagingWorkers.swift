public import Domain
internal import Runtime
public import SystemIO
public import Transformations
internal import Vips

/// Reads and renders images in child processes, so that no image can crash, hang or exhaust this one.
///
/// There are two pools of threads, so that reading a header never waits for a rendition. Each thread owns one warm
/// process. If a pool's queue is full, calls throw `PoolOverloaded` at once.
public final class ImagingWorkers: Sendable {
    let probes: BlockingPool<WorkerSlot>
    let renders: BlockingPool<WorkerSlot>
    let limits: ImagingLimits

    /// Starts the processes.
    ///
    /// - Parameters:
    ///   - executable: a program that calls `ImagingWorker.run` when its first argument is `ImagingWorker.argument`.
    ///   - workers: processes for renditions, at least 1: as many as there are cores. Headers get as many, at least 2.
    ///   - queue: how many calls of a pool may wait.
    public init(
        executable: String = "/proc/self/exe", workers: Int, queue: Int = 256, limits: ImagingLimits = ImagingLimits()
    ) {
        let make: @Sendable () -> WorkerSlot = { WorkerSlot(executable: executable, limits: limits) }
        self.limits = limits
        probes = BlockingPool(name: "probes", threads: max(2, workers), queue: queue, make: make)
        // Renditions take long: short tasks take precedence on the processor.
        renders = BlockingPool(name: "renders", threads: max(1, workers), queue: queue, niceness: 10, make: make)
    }

    /// Reads the header, without decoding pixels.
    ///
    /// - Throws: `ImagingError`, `PoolOverloaded`, `CancellationError`; `SystemError` if no process can be started.
    public func probe(_ file: FileDescriptor, format: ImageFormat) async throws -> ImageProbe {
        let outcome = try await perform(.probe, on: probes, [file], format: format, seconds: limits.probeSeconds)
        guard case .probed(let probe) = outcome else { throw Self.misunderstanding }
        return probe
    }

    /// Decodes the whole image, and throws if that fails.
    ///
    /// - Throws: as `probe`.
    public func verify(_ file: FileDescriptor, format: ImageFormat) async throws {
        let outcome = try await perform(.verify, on: renders, [file], format: format, seconds: limits.renderSeconds)
        guard case .verified = outcome else { throw Self.misunderstanding }
    }

    /// Makes renditions from one decode: upright, in sRGB, without metadata, never enlarged (except that an SVG fills
    /// its box).
    ///
    /// After an error the contents of the outputs are undefined.
    ///
    /// - Parameters:
    ///   - turn: what the upright picture is turned by.
    ///   - targets: at most 15, each with a file of its own.
    /// - Returns: what was written, in the order of the targets.
    /// - Throws: as `probe`.
    public func derive(
        from file: FileDescriptor, format: ImageFormat, turn: Orientation = .upright, targets: [RenderTarget]
    ) async throws -> [RenderedFile] {
        guard !targets.isEmpty else { return [] }
        guard targets.count < DescriptorSocket.descriptorLimit else {
            throw ImagingError(.unsupported, "Too many renditions were asked for at once.")
        }
        let wanted = targets.map {
            WorkerRequest.Target(width: $0.width, height: $0.height, quality: $0.quality, format: $0.format)
        }
        let files = [file] + targets.map(\.output)
        let outcome = try await perform(
            .derive(wanted), on: renders, files, format: format, turn: turn, seconds: limits.renderSeconds)
        guard case .derived(let rendered) = outcome else { throw Self.misunderstanding }
        return rendered
    }

    /// Makes one rendition by a plan, from the original or a smaller copy of it.
    ///
    /// - Parameters:
    ///   - level: the level of a pyramid; nil for any other file.
    ///   - turn: what the upright picture of the file is turned by to be the plan's page.
    ///   - output: an empty file, open for writing; after an error its contents are undefined.
    /// - Throws: as `probe`.
    public func render(
        _ plan: RenderPlan, from file: FileDescriptor, format: ImageFormat, level: Int? = nil,
        turn: Orientation = .upright, to output: FileDescriptor
    ) async throws -> RenderedFile {
        let outcome = try await perform(
            .render(plan, level: level), on: renders, [file, output], format: format, turn: turn,
            seconds: limits.renderSeconds)
        guard case .derived(let rendered) = outcome, let first = rendered.first else { throw Self.misunderstanding }
        return first
    }

    /// The upright size of a page, from 0.
    ///
    /// - Throws: as `probe`.
    public func size(ofPage page: Int, of file: FileDescriptor, format: ImageFormat) async throws -> PixelSize {
        let outcome = try await perform(
            .measure(page: page), on: probes, [file], format: format, seconds: limits.probeSeconds)
        guard case .measured(let size) = outcome else { throw Self.misunderstanding }
        return size
    }

    /// The colour that most of a thumbnail has; nil for a picture without an opaque pixel.
    ///
    /// - Throws: as `probe`.
    public func dominantColour(of file: FileDescriptor, format: ImageFormat) async throws -> PictureColour? {
        let outcome = try await perform(
            .dominantColour, on: probes, [file], format: format, seconds: limits.probeSeconds)
        guard case .coloured(let colour) = outcome else { throw Self.misunderstanding }
        return colour
    }

    /// A number that grows whenever a probe may find something else in the same file.
    public static let inspectionVersion = 3

    /// A text that changes whenever equal plans of images of a format may give other bytes.
    public static func version(for format: ImageFormat) -> String {
        switch format {
        case .jpeg, .webp, .bmp: "4-\(VipsLibrary.version)"
        // Their colours, their size or what is transparent in them has been read in other ways since.
        case .png, .gif, .tiff, .heic, .avif, .jxl, .svg: "5-\(VipsLibrary.version)"
        }
    }

    /// Stands for all that decides the bytes of a plan's rendition of an image of a format that is turned.
    public static func recipe(of plan: RenderPlan, from format: ImageFormat, turn: Orientation) -> String {
        // Only blurred renditions have changed with the way in which they are blurred, and those that keep metadata with
        // the way in which these are written.
        let blur = plan.blur == 0 ? "" : "|reduced blur"
        let metadata = plan.keepsMetadata ? "|upright metadata" : ""
        let turned = turn == .upright ? "" : "|turned \(turn.exif)"
        return "\(version(for: format))|\(plan.canonicalText)\(blur)\(metadata)\(turned)"
    }

    /// Finishes current tasks, abandons waiting ones, and ends the processes.
    public func close() async {
        await probes.close()
        await renders.close()
    }

    func perform(
        _ task: WorkerRequest.Task, on pool: BlockingPool<WorkerSlot>, _ files: [FileDescriptor], format: ImageFormat,
        turn: Orientation = .upright, seconds: Int
    ) async throws -> WorkerReply.Outcome {
        try await pool.run { slot in
            // The files are held open by this closure until the worker has answered.
            try withExtendedLifetime(files) {
                try slot.perform(
                    .perform(task, format: format, turn: turn.exif), descriptors: files.map(\.number), seconds: seconds)
            }
        }
    }

    static let misunderstanding = ImagingError(.crashed, "The process that handles images gave a wrong answer.")
}

internal import Domain
internal import SystemIO
internal import Vips

/// The child's end: a process that only handles untrusted bytes.
public enum ImagingWorker {
    /// The argument that makes the program a worker.
    public static let argument = "imaging-worker"

    /// Answers requests until the parent closes its end.
    ///
    /// - Parameter socket: the number of the inherited socket, which the worker then owns.
    /// - Returns: the exit code of the process.
    public static func run(socket: Int32) -> Int32 {
        let socket = DescriptorSocket(FileDescriptor(owning: socket))
        do {
            var confinement = try ProcessConfinement.begin(readable: LibraryFiles.paths, needsTemporaryFiles: true)
            try VipsLibrary.start()
            try ProcessConfinement.filterCalls(socket: socket, hasTemporaryFiles: true, &confinement)
            guard let first = try socket.receive() else { return 0 }
            let limits = try WorkerCoding.decodeLimits(first.bytes)
            try confine(limits)
            while let message = try socket.receive() {
                let request = try WorkerCoding.decodeRequest(message.bytes)
                try ProcessConfinement.limitProcessor(toFurther: limits.renderSeconds * 2)
                try socket.send(reply(to: request, message.descriptors, within: limits, confinement))
                ProcessConfinement.recycleTemporaryFiles()
            }
            return 0
        } catch {
            return 1
        }
    }

    private static func confine(_ limits: ImagingLimits) throws {
        try ProcessConfinement.limitMemory(to: limits.memory)
        try ProcessConfinement.limitFiles(to: limits.maximumOutput)
    }

    private static func reply(
        to request: WorkerRequest, _ descriptors: [FileDescriptor], within limits: ImagingLimits,
        _ confinement: Confinement
    ) throws -> [UInt8] {
        let outcome: WorkerReply.Outcome
        do throws(ImagingError) {
            outcome =
                switch request {
                case .perform(let task, let format, let turn):
                    try perform(task, descriptors, format, Orientation(exif: turn) ?? .upright, within: limits)
                case .tryConfinement(let files): .tried(ConfinementTrial.run(in: confinement, files: files))
                }
        } catch { outcome = .failed(error) }
        return try WorkerCoding.encode(WorkerReply(outcome: outcome, peakMemory: ProcessConfinement.peakMemory()))
    }

    private static func perform(
        _ task: WorkerRequest.Task, _ descriptors: [FileDescriptor], _ format: ImageFormat, _ turn: Orientation,
        within limits: ImagingLimits
    ) throws(ImagingError) -> WorkerReply.Outcome {
        guard let image = descriptors.first else { throw ImagingError(.unsupported, "No image was handed over.") }
        let source: ImageSource
        do { source = try ImageSource(image, format: format, turn: turn) } catch {
            throw ImagingError(.damaged, "The file is empty or cannot be read.")
        }
        switch task {
        case .probe: return .probed(try Inspection.probe(source, limits: limits))
        case .verify:
            try FullDecode.verify(source, limits: limits)
            return .verified
        case .derive(let targets):
            return .derived(
                try Derivation(source: source, limits: limits).render(
                    targets, to: Array(descriptors.dropFirst())))
        case .compress(let format):
            return .compressed(
                try Compression(source: source, limits: limits).compress(
                    as: format, to: try second(descriptors)))
        case .compare(let format):
            let other: ImageSource
            do { other = try ImageSource(try second(descriptors), format: format) } catch {
                throw ImagingError(.damaged, "The file is empty or cannot be read.")
            }
            return .compared(isSame: try Compression(source: source, limits: limits).shows(other))
        case .render(let plan, let level):
            let rendering = PlanRendition(source: source, limits: limits, plan: plan, level: level)
            return .derived([try rendering.render(to: try second(descriptors))])
        case .pyramid:
            let making = PyramidMaking(source: source, limits: limits)
            return .derived([try making.make(to: try second(descriptors))])
        case .measure(let page):
            return .measured(try Inspection.uprightSize(of: source, page: page, limits: limits))
        case .dominantColour: return .coloured(try DominantColour.of(source, limits: limits))
        }
    }

    private static func second(_ descriptors: [FileDescriptor]) throws(ImagingError) -> FileDescriptor {
        guard descriptors.count == 2 else { throw ImagingError(.unsupported, "One more file is needed.") }
        return descriptors[1]
    }
}

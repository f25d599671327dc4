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
            try ProcessConfinement.begin()
            try VipsLibrary.start()
            guard let first = try socket.receive() else { return 0 }
            let limits = try WorkerCoding.decodeLimits(first.bytes)
            try confine(limits)
            while let message = try socket.receive() {
                let request = try WorkerCoding.decodeRequest(message.bytes)
                try ProcessConfinement.limitProcessor(toFurther: limits.renderSeconds * 2)
                try socket.send(reply(to: request, message.descriptors, within: limits))
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
        to request: WorkerRequest, _ descriptors: [FileDescriptor], within limits: ImagingLimits
    ) throws -> [UInt8] {
        let outcome: WorkerReply.Outcome
        do throws(ImagingError) {
            outcome = try perform(request, descriptors, within: limits)
        } catch { outcome = .failed(error) }
        return try WorkerCoding.encode(
            WorkerReply(outcome: outcome, peakMemory: ProcessConfinement.peakMemory()))
    }

    private static func perform(
        _ request: WorkerRequest, _ descriptors: [FileDescriptor], within limits: ImagingLimits
    ) throws(ImagingError) -> WorkerReply.Outcome {
        guard let image = descriptors.first else { throw ImagingError(.unsupported, "No image was handed over.") }
        let source: ImageSource
        do { source = try ImageSource(image, format: request.format) } catch {
            throw ImagingError(.damaged, "The file is empty or cannot be read.")
        }
        switch request.task {
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
        }
    }

    private static func second(_ descriptors: [FileDescriptor]) throws(ImagingError) -> FileDescriptor {
        guard descriptors.count == 2 else { throw ImagingError(.unsupported, "One more file is needed.") }
        return descriptors[1]
    }
}

internal import Domain
internal import FoundationEssentials
internal import SystemIO

/// The parent's end: one warm worker process, replaced after a crash, a timeout, or many tasks.
///
/// Each belongs to one thread of a pool. The kernel ends a child with the thread that started it, as intended.
struct WorkerSlot {
    private struct Worker {
        let process: ChildProcess
        let socket: DescriptorSocket
        var requests = 0
    }

    private let executable: String
    private let limits: ImagingLimits
    private var worker: Worker?

    /// Starts the process in advance of the first request. If that fails, the first request tries again.
    init(executable: String, limits: ImagingLimits) {
        self.executable = executable
        self.limits = limits
        worker = try? Self.start(executable, limits)
    }

    /// Has a worker answer a request, and waits for it no longer than `seconds`.
    mutating func perform(
        _ request: WorkerRequest, descriptors: [Int32], seconds: Int
    ) throws -> WorkerReply.Outcome {
        let answer = try exchange(try WorkerCoding.encode(request), descriptors, seconds: seconds)
        let reply = try WorkerCoding.decodeReply(answer)
        recycle(after: reply)
        if case .failed(let error) = reply.outcome { throw error }
        return reply.outcome
    }

    private mutating func exchange(_ request: [UInt8], _ descriptors: [Int32], seconds: Int) throws -> [UInt8] {
        let worker = try sendToWorker(request, descriptors)
        do {
            guard let message = try worker.socket.receive(within: .seconds(seconds)) else {
                throw crash(of: worker.process)
            }
            return message.bytes
        } catch let error as SystemError {
            self.worker = nil
            worker.process.kill()
            guard error.isTimeout else { throw error }
            throw ImagingError(.timedOut, "The image could not be handled within \(seconds) seconds.")
        }
    }

    /// Sends a request to the worker. One that died while it was idle is replaced first.
    private mutating func sendToWorker(_ request: [UInt8], _ descriptors: [Int32]) throws -> Worker {
        if let worker {
            do {
                try worker.socket.send(request, descriptors: descriptors)
                return worker
            } catch { self.worker = nil }
        }
        let fresh = try Self.start(executable, limits)
        worker = fresh
        try fresh.socket.send(request, descriptors: descriptors)
        return fresh
    }

    private mutating func crash(of process: ChildProcess) -> ImagingError {
        worker = nil
        let ending = process.wait()
        if ending.isOutOfProcessorTime {
            return ImagingError(.timedOut, "The image needs more processor time than is allowed.")
        }
        if ending.isAbort { return ImagingError(.outOfMemory, "The image needs more memory than is allowed.") }
        return ImagingError(.crashed, "The image ended the process that handled it.")
    }

    private mutating func recycle(after reply: WorkerReply) {
        worker?.requests += 1
        guard let current = worker else { return }
        if current.requests >= limits.requestsPerWorker || reply.peakMemory > limits.workerMemory { worker = nil }
    }

    private static func start(_ executable: String, _ limits: ImagingLimits) throws -> Worker {
        let (mine, theirs) = try DescriptorSocket.pair()
        let process = try ChildProcess(
            executable: executable, arguments: [ImagingWorker.argument], environment: WorkerEnvironment.variables,
            socket: theirs.descriptor)
        try mine.send(try WorkerCoding.encode(limits), descriptors: [])
        return Worker(process: process, socket: mine)
    }
}

/// What a worker process knows of its surroundings: no secret of the server's.
enum WorkerEnvironment {
    /// The folders in which the libraries of the process look for their files.
    private static let inherited = [
        "LD_LIBRARY_PATH", "VIPSHOME", "MAGICK_CODER_MODULE_PATH", "MAGICK_CONFIGURE_PATH", "HOME", "XDG_CACHE_HOME",
        "FONTCONFIG_FILE", "FONTCONFIG_PATH",
    ]

    /// `NAME=value`, as a process is started with them.
    static var variables: [String] {
        let own = ProcessInfo.processInfo.environment
        let passed = inherited.compactMap { name in own[name].map { "\(name)=\($0)" } }
        return passed + ["LANG=C.UTF-8", "OMP_NUM_THREADS=1", "MAGICK_THREAD_LIMIT=1", "MALLOC_ARENA_MAX=2"]
    }
}

/// What one image may cost.
public struct ImagingLimits: Hashable, Sendable, Codable {
    /// Pixels of one frame.
    public var maximumPixels: Int64
    /// Frames or pages of one file.
    public var maximumFrames: Int
    /// Seconds that a look at the header may take.
    public var probeSeconds: Int
    /// Seconds that decoding and encoding may take.
    public var renderSeconds: Int
    /// Bytes of address space of a worker process.
    public var memory: UInt64
    /// Bytes of one rendition.
    public var maximumOutput: UInt64
    /// Requests after which a worker process is replaced.
    public var requestsPerWorker: Int
    /// Bytes of memory past which a worker process is replaced.
    public var workerMemory: Int64

    public init(
        maximumPixels: Int64 = 250_000_000, maximumFrames: Int = 2000, probeSeconds: Int = 5, renderSeconds: Int = 60,
        memory: UInt64 = 4 << 30, maximumOutput: UInt64 = 1 << 30, requestsPerWorker: Int = 500,
        workerMemory: Int64 = 768 << 20
    ) {
        (self.maximumPixels, self.maximumFrames) = (maximumPixels, maximumFrames)
        (self.probeSeconds, self.renderSeconds) = (probeSeconds, renderSeconds)
        (self.memory, self.maximumOutput) = (memory, maximumOutput)
        (self.requestsPerWorker, self.workerMemory) = (requestsPerWorker, workerMemory)
    }
}

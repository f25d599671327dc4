internal import Domain
internal import FoundationEssentials
internal import SystemIO

/// What the parent asks of a worker process. The first descriptor beside it is the image.
struct WorkerRequest: Codable, Sendable {
    /// A rendition that is wanted; its descriptor follows the image's, in the order of the targets.
    struct Target: Codable, Sendable {
        let width: Int, height: Int, quality: Int
        let format: ImageFormat?
    }

    enum Task: Codable, Sendable {
        case probe
        case verify
        case derive([Target])
    }

    let task: Task
    let format: ImageFormat
    let limits: ImagingLimits
}

/// What a worker process answers.
struct WorkerReply: Codable, Sendable {
    enum Outcome: Codable, Sendable {
        case probed(ImageProbe)
        case verified
        case derived([RenderedFile])
        case failed(ImagingError)
    }

    var outcome: Outcome
    /// The most memory the worker has held so far, in bytes.
    let peakMemory: Int64
}

/// Messages as bytes: JSON, small beside the work that they ask for.
enum WorkerCoding {
    static func encode(_ message: some Encodable) throws -> [UInt8] { [UInt8](try JSONEncoder().encode(message)) }

    static func decode<Message: Decodable>(_ type: Message.Type, _ bytes: [UInt8]) throws -> Message {
        try JSONDecoder().decode(type, from: Data(bytes))
    }
}

internal import Domain
internal import FoundationEssentials
internal import SystemIO

/// Messages as bytes: JSON, followed by NUL and the record of all Exif tags, which a JSON decoder would take
/// milliseconds for.
enum WorkerCoding {
    static func encode(_ limits: ImagingLimits) throws -> [UInt8] { [UInt8](try JSONEncoder().encode(limits)) }

    static func decodeLimits(_ bytes: [UInt8]) throws -> ImagingLimits {
        try JSONDecoder().decode(ImagingLimits.self, from: Data(bytes))
    }

    static func encode(_ request: WorkerRequest) throws -> [UInt8] { [UInt8](try JSONEncoder().encode(request)) }

    static func decodeRequest(_ bytes: [UInt8]) throws -> WorkerRequest {
        try JSONDecoder().decode(WorkerRequest.self, from: Data(bytes))
    }

    /// A reply within the size limit of a message: a record that does not fit is left out.
    static func encode(_ reply: WorkerReply) throws -> [UInt8] {
        guard case .probed(var probe) = reply.outcome, let record = probe.metadata.exif else {
            return [UInt8](try JSONEncoder().encode(reply))
        }
        probe.metadata.exif = nil
        let rest = WorkerReply(outcome: .probed(probe), peakMemory: reply.peakMemory)
        let bytes = [UInt8](try JSONEncoder().encode(rest))
        let tail = [0] + CompactJSON.encode(record)
        return bytes.count + tail.count <= DescriptorSocket.messageLimit ? bytes + tail : bytes
    }

    static func decodeReply(_ bytes: [UInt8]) throws -> WorkerReply {
        let head = bytes.prefix { $0 != 0 }
        let reply = try JSONDecoder().decode(WorkerReply.self, from: Data(head))
        guard head.count < bytes.count, case .probed(var probe) = reply.outcome else { return reply }
        probe.metadata.exif = CompactJSON.decode(Array(bytes[(head.count + 1)...]))
        return WorkerReply(outcome: .probed(probe), peakMemory: reply.peakMemory)
    }
}

internal import Crypto
internal import Domain
internal import FoundationEssentials
internal import SystemIO
internal import TextCoding

/// The body of a batch, one object a line, written to a file without a name: it is sent again if an answer is lost.
struct BatchBody: Sendable {
    let file: FileDescriptor
    let bytes: Int64
    /// Stands for these bytes.
    let key: String
}

/// Writes the body of a batch. Blocks.
struct BatchBodyWriter {
    /// A multiple of three, so that the base64 of the pieces is that of the whole.
    private static let pieceBytes = 3 * 64 * 1024

    private let file: FileDescriptor
    private var bytes: Int64 = 0
    private let hasher: ContentHasher

    /// - Parameter folder: where the file's bytes are, until it is closed.
    init(in folder: FilePath) throws {
        file = try FileDescriptor(unnamedIn: folder)
        hasher = try ContentHasher()
    }

    /// Adds an item.
    mutating func add(_ picture: FileDescriptor, _ members: [String: JSONValue]) throws {
        var described = members
        described["file"] = nil
        let text = try JSONMessage.encode(JSONValue.object(described))
        try write(text.dropLast() + Array((described.isEmpty ? "" : ",").utf8) + Array("\"file\":\"".utf8))
        var offset: Int64 = 0
        while true {
            let piece = try picture.read(at: offset, count: Self.pieceBytes)
            if piece.isEmpty { break }
            try write(Array(Data(piece).base64EncodedData()))
            offset += Int64(piece.count)
        }
        try write(Array("\"}\n".utf8))
    }

    func finish() throws -> BatchBody {
        BatchBody(file: file, bytes: bytes, key: Hexadecimal.encode(try hasher.finish().sha256))
    }

    private mutating func write(_ text: [UInt8]) throws {
        try file.write(text)
        try hasher.update(text)
        bytes += Int64(text.count)
    }
}

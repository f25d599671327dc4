internal import Domain
internal import HTTPTypes
internal import Services
internal import StreamedJSON
internal import Streams

/// A batch as a form: each file is an item. A field `item` holds what its sender says of the next file, as a JSON object;
/// any other field says it of all files that follow.
final class MultipartBatch {
    private static let maximumFieldBytes = 64 * 1024
    private static let maximumFields = 20_000

    private enum Part {
        case file
        case field(String, [UInt8])
    }

    private let incoming: IncomingBatch
    private var parser: MultipartParser
    private var common = BatchItemMembers()
    private var own = BatchItemMembers()
    private var refusal: String?
    private var part: Part?
    private var fieldCount = 0

    init(_ incoming: IncomingBatch, parser: MultipartParser) { (self.incoming, self.parser) = (incoming, parser) }

    /// Reads the whole body.
    func receive(_ body: ByteStream) async throws {
        while let piece = try await body.next() {
            for event in try parser.parse(piece) {
                switch event {
                case .begin(let fields): try await begin(fields)
                case .data(let bytes): try await take(Array(bytes))
                case .end: try await end()
                }
            }
        }
        try parser.finish()
    }

    private func begin(_ fields: HTTPFields) async throws {
        let disposition = FieldParameters(fields["Content-Disposition"] ?? "")
        let name = disposition.formName ?? ""
        if disposition.formFilename != nil || name == "file" {
            part = .file
            try incoming.begin()
            // A part without bytes is a file too.
            try await incoming.append([])
            return
        }
        fieldCount += 1
        guard fieldCount <= Self.maximumFields else {
            throw Problem(.contentTooLarge, "A batch may have at most \(Self.maximumFields) fields beside its files.")
        }
        guard !name.isEmpty else { throw Problem.badRequest("A field of the form has no name.") }
        part = .field(name, [])
    }

    private func take(_ bytes: [UInt8]) async throws {
        switch part {
        case .file: try await incoming.append(bytes)
        case .field(let name, var earlier):
            part = nil
            earlier += bytes
            guard earlier.count <= Self.maximumFieldBytes else {
                throw Problem(.contentTooLarge, "A field of a form may have at most \(Self.maximumFieldBytes) bytes.")
            }
            part = .field(name, earlier)
        case nil: break
        }
    }

    private func end() async throws {
        defer { part = nil }
        switch part {
        case .file:
            own.fill(from: common)
            if let refusal { incoming.refuse(refusal) }
            try await incoming.end(timestamp: own.timestamp, attributes: own.attributes)
            (own, refusal) = (BatchItemMembers(), nil)
        case .field("item", let bytes): try describe(bytes)
        case .field(let name, let bytes):
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw Problem.badRequest("The field '\(name.prefix(100))' is not valid UTF-8.", at: .parameter(name))
            }
            do { try common.set(name, to: .string(text)) } catch { refusal = error.reason }
        case nil: break
        }
    }

    private func describe(_ bytes: [UInt8]) throws {
        let members = try JSONBody.decode(open: [String: JSONValue].self, from: bytes, of: "The field 'item'")
        own = BatchItemMembers()
        for (name, value) in members {
            do { try own.set(name, to: value) } catch { refusal = error.reason }
        }
    }
}

internal import Domain
internal import Services
internal import StreamedJSON
internal import Streams

/// A batch as JSON: an array of objects, or one object after the other. Each has the image in base64 as `file`, decoded
/// while it arrives, and what its sender says of it.
final class JSONBatch {
    private static let maximumMemberBytes = 256 << 10

    private let incoming: IncomingBatch
    private var parser: JSONObjectsParser
    private var decoder = Base64Decoder()
    private var members = BatchItemMembers()
    private var seen: Set<String> = []
    private var name = ""
    private var text: [UInt8] = []
    /// Bytes of the item beside its file.
    private var memberBytes = 0

    init(_ incoming: IncomingBatch, _ form: JSONObjectsParser.Form) {
        (self.incoming, parser) = (incoming, JSONObjectsParser(form))
    }

    /// Reads the whole body.
    func receive(_ body: ByteStream) async throws {
        while let piece = try await body.next() {
            for event in try parser.parse(piece) { try await take(event) }
        }
        try parser.finish()
    }

    private func take(_ event: JSONObjectsParser.Event) async throws {
        switch event {
        case .begin:
            try incoming.begin()
            (members, seen, decoder, memberBytes) = (BatchItemMembers(), [], Base64Decoder(), 0)
        case .member(let event): try await take(event)
        case .end: try await incoming.end(timestamp: members.timestamp, attributes: members.attributes)
        }
    }

    private func take(_ event: JSONObjectParser.Event) async throws {
        switch event {
        case .name(let name): try begin(name)
        case .text(let bytes): try await take(bytes)
        case .endOfText: if name == "file" { try await endFile() } else { try set(.string(try utf8())) }
        case .word(let word): try set(try value(Array(word.utf8)))
        case .nested: break
        case .value(let bytes):
            try count(bytes.count)
            try set(try value(bytes))
        }
    }

    private func begin(_ name: String) throws {
        guard seen.insert(name).inserted else {
            throw Problem(
                .malformedJSON, at: pointer(name), "The member '\(name.prefix(100))' may be given only once.")
        }
        try count(name.utf8.count)
        (self.name, text) = (name, [])
    }

    private func take(_ bytes: [UInt8]) async throws {
        guard name == "file" else {
            try count(bytes.count)
            text += bytes
            return
        }
        do {
            try await incoming.append(try decoder.decode(bytes))
        } catch let error as Base64Decoder.Malformed {
            refuse(error)
        }
    }

    private func endFile() async throws {
        // An empty text is a file too; it is then refused because it is not an image.
        try await incoming.append([])
        do { try decoder.finish() } catch { refuse(error) }
    }

    private func refuse(_ error: Base64Decoder.Malformed) {
        incoming.refuse(
            "The base64 of 'file' cannot be read: \(error.reason), after \(error.position) characters.")
    }

    private func set(_ value: JSONValue) throws {
        if name == "file" {
            if value != .null { incoming.refuse("The member 'file' must be text: the bytes of an image in base64.") }
            return
        }
        do { try members.set(name, to: value) } catch { incoming.refuse(error.reason) }
    }

    private func value(_ bytes: [UInt8]) throws -> JSONValue {
        do {
            return try JSONValue(parsing: bytes)
        } catch {
            throw Problem(
                .malformedJSON, at: pointer(name),
                "The member '\(name.prefix(100))' of item \(incoming.count) is not valid JSON: \(error.reason).")
        }
    }

    private func utf8() throws -> String {
        guard let text = String(validating: text, as: UTF8.self) else {
            throw Problem(
                .malformedJSON, at: pointer(name), "The member '\(name.prefix(100))' is not valid UTF-8.")
        }
        return text
    }

    private func count(_ bytes: Int) throws {
        memberBytes += bytes
        guard memberBytes <= Self.maximumMemberBytes else {
            throw Problem(
                .contentTooLarge, at: .pointer("/\(incoming.count)"),
                "An item may have at most \(Self.maximumMemberBytes) bytes beside its file.")
        }
    }

    private func pointer(_ name: String) -> Problem.Fault {
        .pointer(JSONPointer.text(["\(incoming.count)", name]))
    }
}

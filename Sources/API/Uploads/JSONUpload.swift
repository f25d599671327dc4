internal import Domain
internal import HTTPTypes
internal import Services
internal import StreamedJSON
internal import Streams

/// An upload as JSON: `{"filename": …, "type": …, "file": base64}`, decoded while it arrives; without `file`, the name
/// is the path of a file in the server's import folder (docs/decisions/0023).
final class JSONUpload {
    private enum Member: String, CaseIterable {
        case filename, type, file

        var fault: Problem.Fault { .pointer(JSONPointer.text([rawValue])) }
    }

    private static let longestText = 4096

    private let ingest: Ingest
    private let viewer: Viewer
    private let options: UploadOptions
    private var parser = JSONObjectParser()
    private var decoder = Base64Decoder()
    private var seen: Set<Member> = []
    private var member: Member?
    private var texts: [Member: [UInt8]] = [:]
    private var incoming: IncomingUpload?

    init(ingest: Ingest, viewer: Viewer, options: UploadOptions) {
        (self.ingest, self.viewer, self.options) = (ingest, viewer, options)
    }

    /// Reads the whole body, and keeps the image.
    func receive(_ body: ByteStream) async throws -> Ingest.Receipt {
        while let piece = try await body.next() {
            for event in try parser.parse(piece) { try await take(event) }
        }
        try parser.finish()
        let name = try text(.filename)
        let announced = try FormatName.read(try text(.type), of: ImageFormat.allCases, at: Member.type.fault)
        let incoming =
            if let incoming { incoming } else { try await ingest.receive(imported: name, for: viewer) }
        let upload = try await incoming.finish(announced: nil, verify: options.verify)
        guard upload.content.format == announced else {
            throw Problem(
                .typeMismatch, at: Member.type.fault,
                "The bytes are \(upload.content.format.mediaType), and 'type' says \(announced.mediaType): send the type that they are."
            )
        }
        return try await ingest.keep(
            upload, fileName: options.name ?? name, details: options.details, for: viewer)
    }

    private func take(_ event: JSONObjectParser.Event) async throws {
        switch event {
        case .name(let name): try begin(name)
        case .text(let bytes): try await take(bytes)
        case .endOfText: if member == .file { try await endFile() }
        case .nested, .value: throw wrongType
        case .word(let word):
            guard word == "null", member == .file else {
                throw wrongType
            }
        }
    }

    private func begin(_ name: String) throws {
        guard let member = Member(rawValue: name) else {
            let list = Member.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem(
                .unknownMember, at: .pointer(JSONPointer.text([name])),
                "There is no member '\(name.prefix(100))' here; there are: \(list).")
        }
        guard seen.insert(member).inserted else {
            throw Problem(.malformedJSON, at: member.fault, "The member '\(name)' may be given only once.")
        }
        self.member = member
    }

    private func take(_ bytes: [UInt8]) async throws {
        guard let member else { return }
        if member == .file { return try await receive().append(try decoder.decode(bytes)) }
        let text = texts[member, default: []] + bytes
        guard text.count <= Self.longestText else {
            throw Problem(
                .invalidMember, at: member.fault,
                "The member '\(member.rawValue)' may have at most \(Self.longestText) bytes.")
        }
        texts[member] = text
    }

    private func endFile() async throws {
        // An empty string counts too; it is then refused because it is not an image.
        _ = try await receive()
        try decoder.finish()
    }

    private func receive() async throws -> IncomingUpload {
        if let incoming { return incoming }
        let begun = try await ingest.receive(for: viewer)
        incoming = begun
        return begun
    }

    private func text(_ member: Member) throws -> String {
        guard let bytes = texts[member] else {
            throw seen.contains(member)
                ? Problem(.invalidMember, at: member.fault, "The member '\(member.rawValue)' must not be empty.")
                : Problem(.missingMember, at: member.fault, "The body lacks the member '\(member.rawValue)', a text.")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Problem(.malformedJSON, at: member.fault, "The member '\(member.rawValue)' is not valid UTF-8.")
        }
        return text
    }

    private var wrongType: Problem {
        Problem(.wrongJSONType, at: member?.fault, "The member '\(member?.rawValue ?? "")' must be text.")
    }
}

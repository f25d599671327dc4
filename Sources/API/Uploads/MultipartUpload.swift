internal import Domain
internal import HTTPTypes
internal import Services
internal import Streams

/// An upload as a form: files are staged while they arrive, and kept when the form is complete, so that a field applies
/// to every file regardless of their order, and an interrupted form leaves nothing (docs/decisions/0004).
final class MultipartUpload {
    private static let maximumFiles = 10_000
    private static let maximumFields = 1000
    private static let maximumFieldBytes = 64 * 1024

    private enum Part {
        case file(IncomingUpload, name: String?)
        /// A file that failed: its remaining bytes are skipped.
        case failed
        case field(String, [UInt8])
    }

    private enum Outcome {
        case received(InspectedUpload, name: String?)
        case failed(Problem)
    }

    private let ingest: Ingest
    private let albums: Albums
    private let viewer: Viewer
    private let options: UploadOptions
    private let requestID: String
    private let links: Links
    private var parser: MultipartParser
    private var details: ImageDetails
    private var placement: AlbumPlacement
    private var part: Part?
    private var fieldCount = 0
    private var outcomes: [Outcome] = []

    init(
        ingest: Ingest, albums: Albums, viewer: Viewer, options: UploadOptions, parser: MultipartParser,
        requestID: String, links: Links
    ) {
        (self.ingest, self.albums, self.viewer) = (ingest, albums, viewer)
        (self.options, self.parser) = (options, parser)
        (self.requestID, self.links) = (requestID, links)
        (details, placement) = (options.details, options.placement)
    }

    /// Reads the whole form, and answers with an entry for each file.
    func receive(_ body: ByteStream) async throws -> HTTPResponse {
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
        guard !outcomes.isEmpty else {
            throw Problem(
                .noFile,
                "The form has no file: send at least one, such as curl -F \"file=@photo.jpg\".")
        }
        let album = try await albums.album(for: placement, details.visibility, for: viewer)
        return present(await keep(in: album))
    }

    private func begin(_ fields: HTTPFields) async throws {
        let disposition = FieldParameters(fields["Content-Disposition"] ?? "")
        let name = disposition.formName ?? ""
        let fileName = disposition.formFilename
        guard fileName != nil || name == "file" else {
            fieldCount += 1
            guard fieldCount <= Self.maximumFields else {
                throw Problem(
                    .contentTooLarge, "A form may have at most \(Self.maximumFields) fields beside its files.")
            }
            guard ImageDetails.fields.contains(name) || AlbumPlacement.fields.contains(name) else {
                throw ImageDetails.unknown(name)
            }
            part = .field(name, [])
            return
        }
        guard outcomes.count < Self.maximumFiles else {
            throw Problem(.contentTooLarge, "A form may have at most \(Self.maximumFiles) files: send several forms.")
        }
        part = .file(try await ingest.receive(for: viewer), name: fileName)
    }

    private func take(_ bytes: [UInt8]) async throws {
        switch part {
        case .file(let incoming, _):
            do {
                try await incoming.append(bytes)
            } catch {
                try fail(error)
            }
        case .field(let name, let earlier):
            guard earlier.count + bytes.count <= Self.maximumFieldBytes else {
                throw Problem(.contentTooLarge, "A field of a form may have at most \(Self.maximumFieldBytes) bytes.")
            }
            part = .field(name, earlier + bytes)
        case .failed, nil: break
        }
    }

    private func end() async throws {
        defer { part = nil }
        switch part {
        case .file(let incoming, let name):
            do {
                let upload = try await incoming.finish(announced: nil, verify: options.verify)
                outcomes.append(.received(upload, name: name))
            } catch {
                try fail(error)
            }
        case .field(let name, let bytes) where AlbumPlacement.fields.contains(name):
            try placement.set(name, to: String(decoding: bytes, as: UTF8.self))
        case .field(let name, let bytes): try details.set(name, to: String(decoding: bytes, as: UTF8.self))
        case .failed, nil: break
        }
    }

    /// A problem of one file does not affect the others; a failure of the server does.
    private func fail(_ error: any Error) throws {
        guard let explained = ServiceError(explaining: error), explained.code != .overloaded else { throw error }
        outcomes.append(.failed(Problem(explained)))
        part = .failed
    }

    private func keep(in album: AlbumID?) async -> [Result<Ingest.Receipt, Problem>] {
        var results: [Result<Ingest.Receipt, Problem>] = []
        for outcome in outcomes {
            switch outcome {
            case .failed(let problem): results.append(.failure(problem))
            case .received(let upload, let name):
                do {
                    let receipt = try await ingest.keep(upload, fileName: name, details: details, for: viewer)
                    if let album { try await albums.place(receipt.record.id, in: album, placement, for: viewer) }
                    results.append(.success(receipt))
                } catch {
                    results.append(.failure(Problem(error, requestID: requestID)))
                }
            }
        }
        return results
    }

    private enum Entry: Encodable {
        case image(ImageView)
        case problem(JSONValue)

        func encode(to encoder: any Encoder) throws {
            switch self {
            case .image(let view): try view.encode(to: encoder)
            case .problem(let value): try value.encode(to: encoder)
            }
        }
    }

    /// 201 if any image is new, 200 if all are duplicates, the first problem's status if all failed.
    private func present(_ results: [Result<Ingest.Receipt, Problem>]) -> HTTPResponse {
        var status: HTTPStatus?
        var problem: Problem?
        var entries: [Entry] = []
        for result in results {
            switch result {
            case .success(let receipt):
                entries.append(
                    .image(ImageView(receipt, links, isBrief: !viewer.mayRead)))
                status = receipt.isDuplicate ? status ?? .ok : .created
            case .failure(let failure):
                entries.append(.problem(failure.json))
                problem = problem ?? failure
            }
        }
        var response = HTTPResponse.json(status ?? problem?.status ?? .ok, ["images": entries])
        if status == nil, let seconds = problem?.retryAfterSeconds { response.fields["Retry-After"] = String(seconds) }
        return response
    }
}

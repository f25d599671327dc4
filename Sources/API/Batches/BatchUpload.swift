internal import Crypto
internal import Domain
internal import HTTPTypes
internal import Runtime
internal import Services
internal import StreamedJSON
internal import Streams

/// The request that sends a batch, carried out once for each `Idempotency-Key`.
struct BatchUpload {
    private static let longestKey = 255

    let batches: Batches
    let call: Call

    func answer() async throws -> HTTPResponse {
        _ = try QueryParameters(call.request.target, known: ["tags", "visibility"], repeatable: ["tags"])
        var details = ImageDetails()
        for (field, value) in call.request.target.query { try details.set(field, to: value) }
        let announced = try AnnouncedDigests(call.request)
        guard let key = call.request.fields["Idempotency-Key"] else {
            return accepted(
                try await batches.acknowledge(try await receive(try announced.verified(call.request.body), details)))
        }
        guard (1...Self.longestKey).contains(key.utf8.count) else {
            throw Problem.badRequest(
                "An Idempotency-Key has 1 to \(Self.longestKey) bytes.", at: .header("Idempotency-Key"))
        }
        let body = try DigestedBody(of: call.request)
        switch try await batches.admit(key: key, for: call.viewer) {
        case .repeated(let receipt, let fingerprint):
            guard try await body.fingerprint() == fingerprint else {
                throw Problem(
                    .idempotencyKeyReused, at: .header("Idempotency-Key"),
                    "The Idempotency-Key was sent with another request: choose a new one for each batch.")
            }
            return accepted(receipt)
        case .carryOut(var claim):
            do {
                let incoming = try await receive(try announced.verified(body.stream), details)
                claim.set(try await body.fingerprint())
                return accepted(try await batches.acknowledge(incoming, answering: claim))
            } catch {
                try await batches.withdraw(claim)
                throw error
            }
        }
    }

    private func receive(_ body: ByteStream, _ details: ImageDetails) async throws -> IncomingBatch {
        let incoming = try await batches.receive(
            visibility: details.visibility, tags: details.tags, for: call.viewer)
        let type = FieldParameters(call.request.fields["Content-Type"] ?? "application/json")
        switch type.value {
        case "application/json": try await JSONBatch(incoming, .array).receive(body)
        case "application/x-ndjson", "application/jsonl", "application/ndjson":
            try await JSONBatch(incoming, .lines).receive(body)
        case "multipart/form-data":
            guard let parser = type.parameters["boundary"].flatMap(MultipartParser.init(boundary:)) else {
                throw Problem(
                    .malformedMultipart,
                    "The Content-Type names no boundary of 1 to 70 characters: let your HTTP library set it.")
            }
            try await MultipartBatch(incoming, parser: parser).receive(body)
        default:
            throw Problem(
                .unsupportedMediaType,
                "Send an array as JSON (application/json), one object on each line (application/x-ndjson), or a form (multipart/form-data), not \(type.value.prefix(100))."
            )
        }
        return incoming
    }

    private func accepted(_ receipt: Batches.Receipt) -> HTTPResponse {
        var response = HTTPResponse.json(.accepted, BatchReceiptView(receipt: receipt, links: call.links))
        response.fields["Location"] = call.links.batch(receipt.batch)
        return response
    }
}

/// The body of a request, digested while it is read, with what else its answer depends on.
private struct DigestedBody {
    let stream: ByteStream
    private let digest: Locked<StreamDigest>

    init(of request: HTTPRequest) throws {
        let digest = Locked(try StreamDigest(.sha256))
        let type = request.fields["Content-Type"] ?? ""
        try digest.withLock {
            try $0.update(Array("\(request.method.rawValue) \(request.target.query)\n\(type)\n".utf8))
        }
        let body = request.body
        stream = ByteStream {
            guard let piece = try await body.next() else { return nil }
            try digest.withLock { try $0.update(piece) }
            return piece
        }
        self.digest = digest
    }

    /// Reads what is left, and digests the whole.
    func fingerprint() async throws -> Digest {
        while try await stream.next() != nil {}
        let bytes = try digest.withLock { try $0.finish() }
        guard let digest = Digest(bytes: bytes) else {
            throw Problem(.internalServerError, "The body cannot be digested.")
        }
        return digest
    }
}

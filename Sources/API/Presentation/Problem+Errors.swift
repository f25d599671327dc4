internal import Domain
internal import HTTPTypes
internal import SearchLanguage
internal import Services
internal import StreamedJSON
internal import Streams

// Maps errors of the services to problems; no other file does.
extension Problem {
    init(_ error: any Error, requestID: String) {
        if let explained = Problem(explaining: error) {
            self = explained
            return
        }
        self.init(
            .internalServerError,
            "The server failed; nothing was changed. The log of the server tells more under the request's id.")
        self.requestID = requestID
    }

    /// What an error means to the client; nil if it is a defect of the server.
    init?(explaining error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let refusal as HTTPRefusal: self.init(refusal)
        case let error as MultipartParser.Malformed:
            self.init(.malformedMultipart, "The multipart body cannot be read: \(error.reason).")
        case let error as JSONObjectParser.Malformed: self.init(error)
        case let error as Base64Decoder.Malformed:
            self.init(
                .malformedBase64, at: .pointer("/file"),
                "The base64 cannot be read: \(error.reason), after \(error.position) characters.")
        case let error as ByteLimitExceeded:
            self.init(.contentTooLarge, "The body may have at most \(error.limit) bytes.")
        case is CancellationError:
            self.init(.serviceUnavailable, "The request was cancelled.")
        default:
            guard let explained = ServiceError(explaining: error) else { return nil }
            self.init(explained)
        }
    }

    /// Bytes that are not JSON, or whose outermost value has another type than it must have.
    init(_ error: JSONSyntax.Malformed, of subject: String = "The body") {
        if let path = error.wrongType {
            self.init(
                .wrongJSONType, at: .pointer(JSONPointer.text(path)),
                path.isEmpty
                    ? "\(subject) must be \(error.reason)."
                    : "The member '\(path.joined(separator: "."))' must be \(error.reason).")
        } else {
            self.init(.malformedJSON, "\(subject) is not valid JSON: \(error.reason), after \(error.position) bytes.")
        }
    }

    init(_ error: ServiceError) {
        defer { fault = error.field.map { .parameter($0) } }
        switch error.code {
        case .notFound: self.init(.notFound, error.message)
        case .unauthenticated: self.init(.unauthorized, error.message)
        case .wrongPassword: self.init(.wrongPassword, error.message)
        case .passwordRequired: self.init(.passwordRequired, error.message)
        case .forbidden: self.init(.forbidden, error.message)
        case .throttled(let seconds):
            self.init(.tooManyRequests, error.message)
            retryAfterSeconds = seconds
        case .quotaExceeded(let left):
            self.init(.quotaExceeded, error.message)
            bytesLeft = left
        case .invalid: self.init(.badRequest, error.message)
        case .conflict: self.init(.conflict, error.message)
        case .incomplete(let files):
            self.init(.filesUnavailable, error.message)
            unavailable = UnavailableFilesView(files)
        case .gone: self.init(.gone, error.message)
        case .outdatedCursor: self.init(.outdatedCursor, error.message)
        case .stale: self.init(.preconditionFailed, error.message)
        case .unsupported: self.init(.unsupportedFormat, error.message)
        case .tooLarge: self.init(.contentTooLarge, error.message)
        case .tooManyPixels: self.init(.imageTooLarge, error.message)
        case .damaged: self.init(.damagedImage, error.message)
        case .digestMismatch: self.init(.digestMismatch, error.message)
        case .offsetMismatch(let offset):
            self.init(.offsetMismatch, error.message)
            fields["Upload-Offset"] = String(offset)
        case .superseded: self.init(.uploadSuperseded, error.message)
        case .uploadEnded(let offset, let image):
            self.init(.uploadEnded, error.message)
            fields["Upload-Offset"] = String(offset)
            if let image { fields["Tintype-Image"] = image.description }
        case .uploadExpired: self.init(.uploadExpired, error.message)
        case .uploadUnfinished: self.init(.uploadUnfinished, error.message)
        case .tooManyUploads: self.init(.tooManyUploads, error.message)
        case .tooManyBulkChanges: self.init(.tooManyBulkChanges, error.message)
        case .showsPrivateImages(let count):
            self.init(.showsPrivateImages, error.message)
            privateImages = count
        case .storageFull: self.init(.insufficientStorage, error.message)
        case .overloaded:
            self.init(.overloaded, error.message)
            retryAfterSeconds = 2
        }
    }

    init(_ error: SearchSyntaxError, inParameter name: String) {
        self.init(
            .malformedSearch, at: .parameter(name),
            "The parameter '\(name)' has a mistake at character \(error.position) (counted from 0): \(error.message)")
        position = error.position
    }

    init(_ refusal: HTTPRefusal) {
        switch refusal {
        case .tooManyConnections:
            self.init(
                .tooManyConnections, "Too many connections are open: try again later.")
            retryAfterSeconds = 2
        case .tooManyConnectionsFromAddress:
            self.init(
                .tooManyConnections,
                "Too many connections are open from your address: close some, or use one for several requests.")
            retryAfterSeconds = 2
        case .malformed(let reason): self.init(.badRequest, "The request cannot be read: \(reason).")
        case .targetTooLong(let limit):
            self.init(.uriTooLong, "The path and the query may have at most \(limit) bytes together.")
        case .headersTooLarge(let limit):
            self.init(.headerFieldsTooLarge, "The header fields may have at most \(limit) bytes together.")
        case .bodyTooLarge(let limit): self.init(.contentTooLarge, "The body may have at most \(limit) bytes.")
        case .unknownExpectation: self.init(.expectationFailed, "The only expectation that can be met is 100-continue.")
        case .unsupportedVersion: self.init(.unsupportedVersion, "The server understands HTTP/1.1 and HTTP/1.0.")
        case .stopping:
            self.init(.stopping, "The server is stopping: try again in a moment.")
            retryAfterSeconds = 5
        }
    }
}

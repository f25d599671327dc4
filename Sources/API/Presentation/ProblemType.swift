internal import HTTPTypes

/// The types of problems (RFC 9457, section 3.1.1), each with one status. The raw value is the last part of the type's
/// address, `/problems/…`, and never changes, because programs tell problems apart by it. docs/problems.md lists them.
enum ProblemType: String, CaseIterable, Sendable {
    // Requests that cannot be read
    case badRequest = "bad-request"
    case malformedJSON = "malformed-json"
    case wrongJSONType = "wrong-json-type"
    case unknownMember = "unknown-member"
    case missingMember = "missing-member"
    case invalidMember = "invalid-member"
    case malformedMultipart = "malformed-multipart"
    case malformedBase64 = "malformed-base64"
    case malformedID = "malformed-id"
    case malformedSearch = "malformed-search"
    case noFile = "no-file"
    case typeMismatch = "type-mismatch"
    case digestMismatch = "digest-mismatch"
    case contentTooLarge = "content-too-large"
    case uriTooLong = "uri-too-long"
    case headerFieldsTooLarge = "request-header-fields-too-large"
    case expectationFailed = "expectation-failed"
    case idempotencyKeyReused = "idempotency-key-reused"
    case unsupportedVersion = "unsupported-version"
    // Who may do what
    case unauthorized
    case wrongPassword = "wrong-password"
    case passwordRequired = "password-required"
    case forbidden
    case insufficientScope = "insufficient-scope"
    case foreignOrigin = "foreign-origin"
    case misdirectedRequest = "misdirected-request"
    case tooManyRequests = "too-many-requests"
    // The state of what the request is about
    case notFound = "not-found"
    case methodNotAllowed = "method-not-allowed"
    case conflict
    case filesUnavailable = "files-unavailable"
    case showsPrivateImages = "shows-private-images"
    case gone
    case outdatedCursor = "outdated-cursor"
    case preconditionFailed = "precondition-failed"
    case rangeNotSatisfiable = "range-not-satisfiable"
    // Resumable uploads
    case unsupportedTusVersion = "unsupported-tus-version"
    case offsetMismatch = "offset-mismatch"
    case checksumMismatch = "checksum-mismatch"
    case uploadSuperseded = "upload-superseded"
    case uploadEnded = "upload-ended"
    case uploadExpired = "upload-expired"
    case uploadUnfinished = "upload-unfinished"
    case tooManyUploads = "too-many-uploads"
    // Bulk changes
    case tooManyBulkChanges = "too-many-bulk-changes"
    // Images
    case unsupportedMediaType = "unsupported-media-type"
    case unsupportedFormat = "unsupported-format"
    case imageTooLarge = "image-too-large"
    case damagedImage = "damaged-image"
    // The server
    case internalServerError = "internal-server-error"
    case serviceUnavailable = "service-unavailable"
    case overloaded
    case tooManyConnections = "too-many-connections"
    case stopping
    case insufficientStorage = "insufficient-storage"
    case quotaExceeded = "quota-exceeded"

    /// The path at which the server explains the type.
    var path: String { "/problems/\(rawValue)" }

    var status: HTTPStatus {
        switch self {
        case .badRequest, .malformedJSON, .wrongJSONType, .unknownMember, .missingMember, .invalidMember,
            .malformedMultipart, .malformedBase64, .malformedID, .malformedSearch, .noFile, .typeMismatch,
            .digestMismatch:
            .badRequest
        case .contentTooLarge: .contentTooLarge
        case .uriTooLong: .uriTooLong
        case .headerFieldsTooLarge: .headerFieldsTooLarge
        case .expectationFailed: .expectationFailed
        case .unsupportedVersion: .httpVersionNotSupported
        case .unauthorized, .wrongPassword, .passwordRequired: .unauthorized
        case .forbidden, .insufficientScope, .foreignOrigin: .forbidden
        case .misdirectedRequest: .misdirectedRequest
        case .tooManyRequests, .tooManyUploads, .tooManyBulkChanges: .tooManyRequests
        case .notFound: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .conflict, .filesUnavailable, .showsPrivateImages, .offsetMismatch, .uploadSuperseded, .uploadEnded,
            .uploadUnfinished:
            .conflict
        case .gone, .outdatedCursor, .uploadExpired: .gone
        case .preconditionFailed, .unsupportedTusVersion: .preconditionFailed
        case .checksumMismatch: .checksumMismatch
        case .rangeNotSatisfiable: .rangeNotSatisfiable
        case .unsupportedMediaType, .unsupportedFormat: .unsupportedMediaType
        case .imageTooLarge, .damagedImage, .idempotencyKeyReused: .unprocessableContent
        case .internalServerError: .internalServerError
        case .serviceUnavailable, .overloaded, .tooManyConnections, .stopping: .serviceUnavailable
        case .insufficientStorage, .quotaExceeded: .insufficientStorage
        }
    }
}

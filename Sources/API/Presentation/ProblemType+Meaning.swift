extension ProblemType {
    /// What the type means, and what to do: one or two sentences of plain text, as docs/problems.md has them.
    var meaning: String {
        switch self {
        case .badRequest:
            "The request cannot be read or makes no sense. `parameter` or `pointer` names what is at fault, if it is one value."
        case .malformedJSON: "The body is not one valid JSON value, or gives a member twice. `detail` has the position."
        case .wrongJSONType: "The value at `pointer` has another JSON type than it must have."
        case .unknownMember: "The body has a member that does not exist there; `detail` lists those that do."
        case .missingMember: "The body lacks the member at `pointer`."
        case .invalidMember:
            "The value at `pointer` has the right JSON type, but is not accepted; `detail` says what is."
        case .malformedMultipart: "The body is not a form (multipart/form-data) that can be read."
        case .malformedBase64: "The bytes of an image are not valid base64 (RFC 4648, section 4)."
        case .malformedID: "An id of the path cannot be one: ids are UUIDs, as answers have them."
        case .malformedSearch: "The search has a mistake at the character `position`, counted from 0."
        case .noFile: "The form has no file."
        case .typeMismatch: "The bytes have another format than the upload says."
        case .digestMismatch: "The bytes are not those that the request announced; nothing was kept. Send them again."
        case .contentTooLarge: "The body, or a part of it, is larger than the server accepts."
        case .uriTooLong: "The path and the query are longer than the server accepts."
        case .headerFieldsTooLarge: "The header fields are longer than the server accepts."
        case .expectationFailed: "The field Expect has another value than 100-continue."
        case .idempotencyKeyReused: "The Idempotency-Key was sent with another request before."
        case .unsupportedVersion: "The request has a version of HTTP other than 1.1 and 1.0."
        case .unauthorized: "The request needs valid credentials: log in, or send a token."
        case .wrongPassword: "The handle or the password is wrong."
        case .passwordRequired: "The share has a password: send it to its `access`, and the cookie with what follows."
        case .forbidden: "The account may not do this."
        case .insufficientScope: "The token lacks the scope that this needs."
        case .foreignOrigin: "A page of another site may not change anything here with cookies: send a token."
        case .misdirectedRequest: "The server does not answer for the host that the request names."
        case .tooManyRequests: "There were too many attempts: wait as long as Retry-After says."
        case .notFound: "There is nothing at this address, or nothing that the account may see."
        case .methodNotAllowed: "The address does not have this method; the field Allow lists those that it has."
        case .conflict: "The request does not fit the current state of what it is about."
        case .filesUnavailable: "Some files that were asked for are not available; `unavailable` lists them."
        case .showsPrivateImages:
            "The request would show private images to others; `private_images` says how many. Say with `share_private` whether that is wanted."
        case .gone: "It existed, and what it was made of has changed: make it again."
        case .outdatedCursor:
            "The changes since the cursor are not known any more: take the `next` of a request without `since`, list the images anew, and continue from it."
        case .preconditionFailed: "A condition of the request does not hold: read the resource again."
        case .rangeNotSatisfiable: "The requested range is beyond the end; Content-Range has the length."
        case .unsupportedTusVersion: "The request is of another version of tus than the server speaks, or of none."
        case .offsetMismatch: "The bytes do not follow those that the upload has; `Upload-Offset` says how many it has."
        case .checksumMismatch:
            "The bytes do not have the checksum that was sent with them; none was kept. Send them again."
        case .uploadSuperseded: "A later request continues the upload, and has ended this one."
        case .uploadEnded: "All bytes of the upload are there; `Tintype-Image` names the image that it has become."
        case .uploadExpired: "The upload was not continued in time, and was given up: begin another one."
        case .uploadUnfinished: "A part of an upload is not there yet: finish it first."
        case .tooManyUploads: "The account has as many uploads under way as it may: finish some, or remove them."
        case .tooManyBulkChanges:
            "The account has as many bulk changes under way as it may: wait until some have ended."
        case .unsupportedMediaType: "The body has a Content-Type that is not accepted here."
        case .unsupportedFormat:
            "The image has, or would get, a format that is not available here; `detail` lists those that are."
        case .imageTooLarge: "The image has more pixels or frames than the server accepts."
        case .damagedImage: "The image cannot be decoded."
        case .internalServerError: "The server failed. Its log tells more under `request_id`."
        case .serviceUnavailable: "The server cannot answer now: try again later."
        case .overloaded: "The server has too much to do: try again when Retry-After says."
        case .tooManyConnections: "Too many connections are open: close some, or try again later."
        case .stopping: "The server is stopping: try again in a moment."
        case .insufficientStorage: "The server has no room left; nothing was kept."
        case .quotaExceeded: "The account's quota has no room for this; `bytes_left` says how much is left."
        }
    }
}

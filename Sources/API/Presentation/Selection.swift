internal import Domain
internal import HTTPTypes

/// Which part of a representation of known length answers a request: its conditions may fail, and it may ask for
/// ranges (RFC 9110, sections 13 and 14).
enum Selection {
    case notModified
    /// A condition fails, or no requested range lies within the representation.
    case refused(HTTPResponse)
    case whole
    /// At least one, each within the representation.
    case ranges([Range<Int64>])

    /// - Parameters:
    ///   - length: bytes of the representation.
    ///   - noun: the word for it in messages.
    init(by request: HTTPRequest, tag: EntityTag, modified: Timestamp, length: Int64, of noun: String) {
        let conditions = Preconditions(request.fields)
        switch conditions.evaluate(method: request.method, tag: tag, modified: modified) {
        case .notModified:
            self = .notModified
            return
        case .failed:
            self = .refused(
                Problem(.preconditionFailed, "The \(noun) is not the one that your condition names.").response)
            return
        case .proceed: break
        }
        let wanted = request.method == .get && conditions.allowsRange(tag: tag, modified: modified)
        switch ByteRanges(wanted ? request.fields["Range"] : nil, length: length) {
        case .whole: self = .whole
        case .some(let ranges): self = .ranges(ranges)
        case .unsatisfiable:
            var response = Problem(
                .rangeNotSatisfiable, "The \(noun) has \(length) bytes, and the range is beyond them."
            ).response
            response.fields["Content-Range"] = "bytes */\(length)"
            self = .refused(response)
        }
    }

    /// The value of `Content-Range` for one range.
    static func contentRange(_ range: Range<Int64>, of length: Int64) -> String {
        "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(length)"
    }
}

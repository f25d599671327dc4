public import Chronology

/// Evaluates the preconditions of a request (RFC 9110, section 13).
public struct Preconditions: Sendable {
    /// The result of the evaluation.
    public enum Outcome: Hashable, Sendable {
        case proceed
        /// 304
        case notModified
        /// 412
        case failed
    }

    private let fields: HTTPFields

    public init(_ fields: HTTPFields) { self.fields = fields }

    /// Checks that every condition on which a change may depend can be read: it must not count as absent then.
    ///
    /// A read with an unreadable `If-None-Match` is answered in full. Dates that cannot be read are ignored, as sections
    /// 13.1.3 and 13.1.4 demand.
    /// - Throws: `malformed` if `If-Match`, or `If-None-Match` of a method that changes something, is not a list of tags.
    public static func check(_ fields: HTTPFields, of method: HTTPMethod) throws(HTTPRefusal) {
        try check("If-Match", in: fields)
        if !method.isSafe { try check("If-None-Match", in: fields) }
    }

    private static func check(_ name: String, in fields: HTTPFields) throws(HTTPRefusal) {
        guard let text = fields[name], EntityTagCondition(text) == nil else { return }
        throw .malformed("\(name) must be * or a list of tags in quotes, as the field ETag has them")
    }

    /// Evaluates them in the order of section 13.2.2.
    ///
    /// - Parameters:
    ///   - method: GET and HEAD are answered with 304 in cases in which other methods are answered with 412.
    ///   - tag: the current representation's; nil if there is none.
    ///   - modified: when it was last modified.
    public func evaluate(method: HTTPMethod, tag: EntityTag?, modified: Timestamp?) -> Outcome {
        let reads = method == .get || method == .head
        if let condition = fields["If-Match"].flatMap(EntityTagCondition.init) {
            guard let tag, condition.contains(where: { $0.matchesStrongly(tag) }) else { return .failed }
        } else if let date = fields["If-Unmodified-Since"].flatMap(HTTPDate.parse), let modified,
            modified.seconds > date.seconds
        {
            return .failed
        }
        if let condition = fields["If-None-Match"].flatMap(EntityTagCondition.init) {
            if let tag, condition.contains(where: { $0.matchesWeakly(tag) }) { return reads ? .notModified : .failed }
        } else if reads, let date = fields["If-Modified-Since"].flatMap(HTTPDate.parse), let modified,
            modified.seconds <= date.seconds
        {
            return .notModified
        }
        return .proceed
    }

    /// Whether `Range` is to be honoured (section 13.1.5): there is no `If-Range`, or it names what there is.
    public func allowsRange(tag: EntityTag?, modified: Timestamp?) -> Bool {
        guard let text = fields["If-Range"] else { return true }
        if let wanted = EntityTag(text) { return tag.map(wanted.matchesStrongly) ?? false }
        guard let date = HTTPDate.parse(text), let modified else { return false }
        return date.seconds == modified.seconds
    }
}

extension EntityTagCondition {
    fileprivate func contains(where matches: (EntityTag) -> Bool) -> Bool {
        switch self {
        case .any: true
        case .oneOf(let tags): tags.contains(where: matches)
        }
    }
}

/// The `Accept` field: the media types that a client accepts, with their weights (RFC 9110, section 12.5.1).
public struct AcceptedMedia: Hashable, Sendable {
    private struct Range: Hashable {
        let type: String
        let quality: Double
    }

    private let ranges: [Range]

    /// Ignores malformed members; nil, like an empty field, accepts everything.
    public init(_ field: String?) {
        ranges = (field ?? "").split(separator: ",").compactMap { part in
            let value = FieldParameters(String(part))
            guard !value.value.isEmpty else { return nil }
            let quality = value.parameters["q"].map { Double($0) ?? 0 } ?? 1
            return Range(type: value.value, quality: quality.isFinite ? min(max(0, quality), 1) : 0)
        }
    }

    /// The weight of a type, 0 (not accepted) to 1. The most specific range counts.
    public func quality(of type: String) -> Double {
        guard !ranges.isEmpty else { return 1 }
        let wildcard = type.prefix { $0 != "/" } + "/*"
        for wanted in [type, String(wildcard), "*/*"] {
            if let range = ranges.first(where: { $0.type == wanted }) { return range.quality }
        }
        return 0
    }

    /// Whether a type is named explicitly, and not only matched by a wildcard.
    public func names(_ type: String) -> Bool { ranges.contains { $0.type == type && $0.quality > 0 } }
}

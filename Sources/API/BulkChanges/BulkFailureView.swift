internal import Domain

/// An image that a bulk change could not change, as JSON.
struct BulkFailureView: Encodable {
    let failure: BulkChange.Failure

    init(_ failure: BulkChange.Failure) { self.failure = failure }

    private enum CodingKeys: String, CodingKey { case id, reason, detail }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(failure.image, forKey: .id)
        try container.encode(failure.reason.rawValue, forKey: .reason)
        try container.encode(failure.message ?? failure.reason.meaning, forKey: .detail)
    }
}

extension BulkChange.Failure.Reason {
    fileprivate var meaning: String {
        switch self {
        case .notFound: "There is no such image."
        case .forbidden: "The image belongs to another account: only that one, or an admin, may change it."
        case .invalid: "The image would exceed a bound."
        case .quotaExceeded: "The quota of the image's account has no room for longer attributes."
        case .changed: "Somebody has changed the same details since."
        case .duplicate: "The account has another image of the same content by now."
        }
    }
}

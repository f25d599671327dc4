public import Domain

/// Files that were asked for and are not available: how many, and the first of them.
public struct UnavailableFiles: Hashable, Sendable {
    public enum Reason: String, Sendable {
        /// The rendition has not been made.
        case notMade = "not-made"
        /// The rendition cannot be made: the image cannot be decoded.
        case cannotBeMade = "cannot-be-made"
        /// The original was removed, and the renditions were kept.
        case removed
        /// The catalogue knows the file, and the store does not have it.
        case missing
        /// The file's bytes have changed.
        case damaged
        /// The owner of the image shows it, and does not give its original away.
        case withheld
    }

    public struct File: Hashable, Sendable {
        public let image: ImageID
        public let reason: Reason
    }

    private static let maximumFiles = 100

    public private(set) var count: Int64 = 0
    /// At most 100.
    public private(set) var first: [File] = []

    public var isEmpty: Bool { count == 0 }

    mutating func add(_ image: ImageID, _ reason: Reason) {
        count += 1
        if first.count < Self.maximumFiles { first.append(File(image: image, reason: reason)) }
    }

    /// The error for a client that wants all of them.
    func failure(of type: FileType) -> ServiceError {
        let reasons = Set(first.map(\.reason))
        var advice = "leave those out ('skip_missing')"
        if reasons.contains(.notMade), type != .original {
            advice =
                "have them made (POST /v1/operations/thumbnails/generate or …/full-size/generate, or a GET of each), or "
                + advice
        }
        if reasons.contains(.withheld) {
            advice = "ask for those that their owners show ('rendition': 'full-size'), or " + advice
        }
        let subject =
            count == 1 ? "One file of the type \(type.rawValue) is" : "\(count) files of the type \(type.rawValue) are"
        return ServiceError(.incomplete(self), "\(subject) not available: \(advice).")
    }
}

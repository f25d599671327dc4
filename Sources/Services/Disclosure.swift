internal import Domain

/// What a viewer gets of an image that it may see, beside its renditions and its description (docs/decisions/0058).
public struct Disclosure: Hashable, Sendable {
    /// The original, what only it states, and what its owner keeps of it: the file's name, attributes, rating, digest.
    public let original: Bool
    /// Where the picture was taken.
    public let place: Bool
    /// With which camera and lens, and how; not the rest of what the file states.
    public let camera: Bool
    /// What others get, as the owner has set it.
    public let settings: Bool

    /// What the owner of an image gets, and an admin.
    public static let everything = Disclosure(original: true, place: true, camera: true, settings: true)

    private init(original: Bool, place: Bool, camera: Bool, settings: Bool) {
        (self.original, self.place, self.camera, self.settings) = (original, place, camera, settings)
    }

    /// What a share gives to its visitors (docs/decisions/0060).
    init(of terms: ShareTerms) {
        self.init(
            original: terms.givesOriginals, place: !terms.hidesPlace, camera: !terms.hidesCamera, settings: false)
    }

    /// - Parameter defaults: what others get if the owner has not said so.
    init(of record: ImageRecord, to viewer: Viewer, _ defaults: PublicDefaults) {
        guard !viewer.isInCharge(of: record.owner) else {
            self = .everything
            return
        }
        // Albums show private images, and never their originals.
        let isPublic = record.details.visibility == .public
        let original = isPublic && defaults.givesOriginal(of: record.details)
        self.init(
            original: original, place: defaults.givesPlace(of: record.details), camera: original, settings: false)
    }
}

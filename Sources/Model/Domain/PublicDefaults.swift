/// What others get of public images, beside their renditions and descriptions, if the owner of an image has not said so.
public struct PublicDefaults: Hashable, Sendable {
    /// The originals, and everything that they state.
    public var originals: Bool
    /// Where the pictures were taken.
    public var places: Bool

    public init(originals: Bool = false, places: Bool = false) {
        (self.originals, self.places) = (originals, places)
    }

    /// Whether others get the original of an image.
    public func givesOriginal(of details: ImageDetails) -> Bool { details.publicOriginal ?? originals }

    /// Whether others get the place of an image. An original states it, too.
    public func givesPlace(of details: ImageDetails) -> Bool {
        givesOriginal(of: details) || details.publicPlace ?? places
    }
}

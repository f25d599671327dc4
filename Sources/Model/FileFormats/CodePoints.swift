/// What the numbers of a picture mean, by code points of ITU-T H.273, which AVIF, HEIC and PNG state in place of a
/// profile.
public struct CodePoints: Hashable, Sendable {
    /// The colours of the primaries (section 8.1); 1 are those of BT.709 and sRGB, 2 is "unspecified".
    public let primaries: Int
    /// From a code to light (section 8.2); 13 is sRGB's, 16 is PQ, 18 is HLG, 2 is "unspecified".
    public let transfer: Int
    /// The most light of a pixel, in cd/m² (CTA-861.3, MaxCLL); nil if the file does not say.
    public var maximumLight: Int?

    public init(primaries: Int, transfer: Int, maximumLight: Int? = nil) {
        (self.primaries, self.transfer, self.maximumLight) = (primaries, transfer, maximumLight)
    }
}

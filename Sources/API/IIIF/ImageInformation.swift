internal import HTTPTypes
internal import IIIF
internal import Transformations

/// The image information that viewers read before they request pixels (IIIF Image API 3.0, section 5).
struct ImageInformation: Encodable {
    static let context = "http://iiif.io/api/image/3/context.json"
    static let profile = "http://iiif.io/api/image/3/level2.json"

    /// The base of the image's paths, absolute.
    let id: String
    let size: PixelSize
    let limits: RenderLimits

    private struct Extent: Encodable {
        let width: Int, height: Int
    }

    private struct Tile: Encodable {
        let width: Int
        let scaleFactors: [Int]
    }

    private enum CodingKeys: String, CodingKey {
        case context = "@context"
        case id, type, `protocol`, profile, width, height, maxWidth, maxHeight, maxArea, sizes, tiles
        case preferredFormats, extraFormats, extraQualities, extraFeatures
    }

    func encode(to encoder: any Encoder) throws {
        let grid = TileGrid(size)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(Self.context, forKey: .context)
        try container.encode(id, forKey: .id)
        try container.encode("ImageService3", forKey: .type)
        try container.encode("http://iiif.io/api/image", forKey: .protocol)
        try container.encode("level2", forKey: .profile)
        try container.encode(size.width, forKey: .width)
        try container.encode(size.height, forKey: .height)
        try container.encode(limits.side, forKey: .maxWidth)
        try container.encode(limits.side, forKey: .maxHeight)
        try container.encode(limits.area, forKey: .maxArea)
        try container.encode(grid.sizes.map { Extent(width: $0.width, height: $0.height) }, forKey: .sizes)
        try container.encode([Tile(width: TileGrid.side, scaleFactors: grid.scaleFactors)], forKey: .tiles)
        try container.encode(["webp", "jpg"], forKey: .preferredFormats)
        try container.encode(["webp", "gif", "tif", "avif", "jxl"], forKey: .extraFormats)
        try container.encode(["color", "gray", "bitonal"], forKey: .extraQualities)
        try container.encode(
            ["canonicalLinkHeader", "mirroring", "profileLinkHeader", "rotationArbitrary", "sizeUpscaling"],
            forKey: .extraFeatures)
    }
}

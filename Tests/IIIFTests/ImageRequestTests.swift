import Domain
import IIIF
import Testing
import Transformations

@Suite struct ImageRequestTests {
    private func read(_ path: String) throws -> ImageRequest {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        try #require(parts.count == 4)
        return try ImageRequest(region: parts[0], size: parts[1], rotation: parts[2], file: parts[3])
    }

    @Test(arguments: [
        ("full/max/0/default.jpg", "full/max/0/default.jpg"),
        ("square/max/0/color.png", "500,0,3000,3000/max/0/default.png"),
        ("0,0,4000,3000/4000,/360/default.jpg", "full/max/0/default.jpg"),
        ("pct:50,50,50,50/pct:50/90/gray.webp", "2000,1500,2000,1500/1000,750/90/gray.webp"),
        ("3900,2900,500,500/max/!22.5/bitonal.tif", "3900,2900,100,100/max/!22.5/bitonal.tif"),
        ("full/!600,600/0/default.gif", "full/600,450/0/default.gif"),
        ("full/,300/0/default.jpg", "full/400,300/0/default.jpg"),
        ("full/^5000,/0/default.jpg", "full/^5000,3750/0/default.jpg"),
        ("full/200,300/0/default.jpg", "full/200,300/0/default.jpg"),
    ])
    func `produces the canonical form`(path: String, canonical: String) throws {
        let request = try read(path)
        let photo = RenderSubject(size: PixelSize(4000, 3000), format: .jpeg, pages: 1, hasAlpha: false)
        let plan = try request.transformation.plan(for: photo)
        #expect(request.canonicalPath(plan) == canonical)
    }

    @Test(arguments: [
        "half/max/0/default.jpg", "1,2,3/max/0/default.jpg", "-1,0,5,5/max/0/default.jpg",
        "1.5,0,5,5/max/0/default.jpg",
        "pct:a,0,5,5/max/0/default.jpg", "full/full/0/default.jpg", "full/,/0/default.jpg", "full/0,/0/default.jpg",
        "full/!100,/0/default.jpg", "full/pct:0/0/default.jpg", "full/-5,/0/default.jpg", "full/max/361/default.jpg",
        "full/max/!/default.jpg", "full/max/-90/default.jpg", "full/max/0/native.jpg", "full/max/0/default.jp2",
        "full/max/0/default", "full/max/0/.jpg", "full/99999999999999999999,/0/default.jpg", "full/^^max/0/default.jpg",
    ])
    func `refuses requests that are not in the specification`(path: String) throws {
        let error = try #require(throws: TransformationError.self) { try read(path) }
        #expect(error.code == .malformed)
    }

    @Test(arguments: ["full/5000,/0/default.jpg", "full/!5000,5000/0/default.jpg", "full/pct:101/0/default.jpg"])
    func `enlarges only on request`(path: String) throws {
        let photo = RenderSubject(size: PixelSize(4000, 3000), format: .jpeg, pages: 1, hasAlpha: false)
        let transformation = try read(path).transformation
        let error = try #require(throws: TransformationError.self) { try transformation.plan(for: photo) }
        #expect(error.code == .enlarged)
    }

    @Test func `offers scale factors down to one tile for the whole image`() {
        #expect(TileGrid(PixelSize(4000, 3000)).scaleFactors == [1, 2, 4, 8])
        #expect(TileGrid(PixelSize(512, 512)).scaleFactors == [1])
        #expect(TileGrid(PixelSize(513, 1)).sizes == [PixelSize(257, 1), PixelSize(513, 1)])
    }
}

import HTTPTypes
import Testing

@Suite struct AcceptedMediaTests {
    @Test(
        arguments: [
            (nil, "image/png", 1), ("", "image/png", 1), (",, ,", "image/png", 1),
            ("image/png", "image/png", 1), ("image/png", "image/webp", 0),
            ("IMAGE/PNG ; Q=0.5", "image/png", 0.5), ("image/*;q=0.3, image/webp", "image/png", 0.3),
            ("image/*;q=0.3, image/webp", "image/webp", 1), ("*/*;q=0.1, image/*;q=0.2", "text/html", 0.1),
            ("image/png;q=0, */*", "image/png", 0), ("image/png;q=7", "image/png", 1),
            ("image/png;q=-1", "image/png", 0), ("image/png;q=nan", "image/png", 0),
            ("image/png;q=inf", "image/png", 0), ("image/png;q=x", "image/png", 0),
            ("text/html;level=1;q=0.4", "text/html", 0.4), (";q=1, image/png", "image/png", 1),
        ] as [(String?, String, Double)])
    func `returns the quality of a media type`(field: String?, type: String, quality: Double) {
        #expect(AcceptedMedia(field).quality(of: type) == quality)
    }

    @Test(
        arguments: [
            (nil, false), ("*/*", false), ("image/*", false), ("image/webp", true),
            ("text/html, Image/WebP;q=0.1", true),
            ("image/webp;q=0", false), ("image/webp2", false),
        ] as [(String?, Bool)])
    func `a wildcard does not name a type`(field: String?, isNamed: Bool) {
        #expect(AcceptedMedia(field).names("image/webp") == isNamed)
    }
}

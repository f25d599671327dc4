import Domain
import Testing
import Transformations

@Suite struct TransformationSyntaxTests {
    private func read(_ query: String) throws(TransformationError) -> Transformation {
        try TransformationSyntax.read(
            query.split(separator: "&").map { pair in
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                return (name: String(parts[0]), value: parts.count > 1 ? String(parts[1]) : "")
            })
    }

    @Test func `reads every parameter`() throws {
        let wanted = try read(
            "width=500&height=300&fit=cover&gravity=attention&crop=1,2,30,40&rotate=90&flip=horizontal&background=f80"
                + "&blur=1.5&sharpen=.5&grayscale=true&format=webp&quality=70&dpr=2&page=2&animated=true&metadata=keep"
                + "&upscale=true&source=original")
        #expect(wanted.size == .box(width: 1000, height: 600, .cover(.attention), .allowed))
        #expect(wanted.region == .pixels(x: 1, y: 2, width: 30, height: 40))
        #expect(wanted.turn == Rotation(isMirrored: true, degrees: 90))
        #expect(wanted.background == Background(red: 255, green: 136, blue: 0))
        #expect(wanted.blur == 1.5 && wanted.sharpening == 0.5 && wanted.tone == .grey)
        #expect(wanted.format == .fixed(.webp) && wanted.quality == 70 && wanted.page == 2)
        #expect(wanted.isAnimated && wanted.keepsMetadata && wanted.isFromOriginal)
    }

    @Test func `does not care in which order parameters stand`() throws {
        #expect(try read("width=50&flip=vertical&rotate=180") == read("rotate=180&width=50&flip=vertical"))
    }

    @Test func `takes an upside-down picture for one that is mirrored on its head`() throws {
        #expect(try read("flip=vertical").turn == Rotation(isMirrored: true, degrees: 180))
        #expect(try read("flip=both").turn == read("rotate=180").turn)
    }

    @Test(arguments: ["crop=10%,20%,30%,40%", "crop=pct:10,20,30,40"])
    func `reads regions in percent`(query: String) throws {
        #expect(try read(query).region == .percent(x: 10, y: 20, width: 30, height: 40))
    }

    @Test(arguments: [
        "width=0", "width=-1", "width=nan", "width=1e3", "width=99999", "width=", "width=12.5", "width=+5", "height=٣",
        "fit=outside", "gravity=up", "crop=1,2,3", "crop=1,2,3,4,5", "crop=-1,0,5,5", "crop=a,b,c,d", "crop=nan,0,1,1",
        "crop=10%,10,10,10", "crop=", "rotate=-90", "rotate=361", "rotate=inf", "flip=x", "background=red",
        "background=12345", "blur=-1", "blur=101", "sharpen=11", "grayscale=1", "format=bmp", "format=JPEG",
        "quality=0",
        "quality=101", "dpr=0", "dpr=11", "page=0", "animated=yes", "metadata=all", "upscale=maybe", "source=x",
        "nonsense=1", "width=123456789012345678901234567890", "rotate=1.", "blur=1..2",
    ])
    func `refuses what is out of range, and says which`(query: String) throws {
        let error = try #require(throws: TransformationError.self) { try read(query) }
        #expect(error.code == .malformed)
        #expect(error.message.contains("'\(query.prefix { $0 != "=" })'"))
    }
}

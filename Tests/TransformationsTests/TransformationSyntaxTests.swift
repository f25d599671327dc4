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

    @Test func `omitted parameters keep their defaults`() throws {
        let nothing = try read("")
        #expect(nothing == Transformation())
        #expect(nothing.size == .natural && nothing.rotation == .none && nothing.turn == .none)
        #expect(!nothing.isAnimated && !nothing.keepsMetadata && !nothing.isFromOriginal)
        #expect(try read("dpr=2&fit=cover").size == .natural)
    }

    @Test func `a box may have only one side`() throws {
        #expect(try read("width=50").size == .box(width: 50, height: nil, .inside, .never))
        #expect(try read("height=50&dpr=1.5").size == .box(width: nil, height: 75, .inside, .never))
    }

    @Test(
        arguments: [
            ("white", .white), ("black", .black), ("transparent", .transparent),
            ("#0a0b0c", Background(red: 10, green: 11, blue: 12)),
            ("0a0b0c0d", Background(red: 10, green: 11, blue: 12, alpha: 13)),
            ("#abc", Background(red: 0xAA, green: 0xBB, blue: 0xCC)),
        ] as [(String, Background)])
    func `reads colours`(text: String, background: Background) throws {
        #expect(try read("background=\(text)").background == background)
    }

    @Test func `reads formats by their usual names`() throws {
        #expect(try read("format=jpg").format == .fixed(.jpeg) && read("format=tif").format == .fixed(.tiff))
        #expect(try read("format=auto").format == .automatic(.usual))
    }

    @Test func `accepts numbers up to their limits`() throws {
        #expect(try read("width=16383").size == .box(width: 16_383, height: nil, .inside, .never))
        #expect(try read("page=001000000").page == 1_000_000 && read("blur=100").blur == 100)
        #expect(
            try read("crop=0,0,10000000,1").region == .pixels(x: 0, y: 0, width: 10_000_000, height: 1))
    }

    @Test func `states which numbers it accepts`() throws {
        for (query, range) in [
            ("blur=-1", "from 0 to 100"), ("dpr=0", "from 0.1 to 10"), ("page=0", "from 1 to 1000000"),
        ] {
            let error = try #require(throws: TransformationError.self) { try read(query) }
            #expect(error.message.contains(range))
        }
    }

    @Test func `ignores the order of parameters`() throws {
        #expect(try read("width=50&flip=vertical&rotate=180") == read("rotate=180&width=50&flip=vertical"))
    }

    @Test func `reads a vertical flip as a mirrored rotation by 180 degrees`() throws {
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
        "width=16384", "page=0000000001", "blur=0.00000000000000000001", "blur=.", "crop=1,,2,3,4", "crop=1,2,3,4,",
        "crop=10,10,10,10%", "crop=pct:10%,10%,10%,10%", "crop=0,0,10000001,1", "background=", "background=12",
        "background=1234", "background=1234567890", "background=##abc",
    ])
    func `refuses values that are out of range, and names them`(query: String) throws {
        let error = try #require(throws: TransformationError.self) { try read(query) }
        #expect(error.code == .malformed)
        #expect(error.message.contains("'\(query.prefix { $0 != "=" })'"))
    }
}

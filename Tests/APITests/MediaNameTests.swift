import Domain
import HTTPTypes
import Testing
import Transformations

@testable import API

@Suite struct MediaNameTests {
    /// The fields that browsers and tools send with requests for images.
    @Test(
        arguments: [
            (nil, usual), ("", usual), ("*/*", usual), ("image/*,*/*;q=0.8", usual),
            ("image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", [.avif, .webp] + usual),
            ("image/webp,image/png;q=0.9", [.webp, .png]), ("image/avif;q=0, image/webp", [.webp]),
            ("IMAGE/AVIF", [.avif]), ("image/webp;q=zero", []),
            ("image/avif;q=0.5,image/webp", [.webp, .avif]), ("image/webp;q=0.5,image/jpeg", [.jpeg, .webp]),
            (
                "image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
                [.avif, .webp, .png, .jpeg, .gif]
            ),
            ("image/webp;q=0.2,*/*;q=0.9,image/jpeg;q=0", [.png, .gif, .webp]),
        ] as [(String?, [ImageFormat])])
    func `a newer format counts if it is named, and weights decide`(field: String?, formats: [ImageFormat]) {
        #expect(AcceptedFormats(AcceptedMedia(field), and: AcceptedFormats.named).formats == formats)
    }

    private static let usual: [ImageFormat] = [.jpeg, .png, .gif]

    @Test func `a newer format that is not allowed here is not chosen`() {
        let accepted = AcceptedMedia("image/avif,image/webp,*/*;q=0.8")
        #expect(AcceptedFormats(accepted, and: [.webp]).formats == [.webp, .jpeg, .png, .gif])
        #expect(AcceptedFormats(accepted, and: []) == .usual)
    }

    @Test(
        arguments: [
            ("jpg", .jpeg), ("JPEG", .jpeg), (".jpe", .jpeg), ("image/jpeg", .jpeg), ("tif", .tiff),
            ("Image/TIFF", .tiff),
            ("heif", .heic), ("svg", .svg), ("image/svg+xml", .svg), (".webp", .webp), ("jxl", .jxl), ("avif", .avif),
            ("", nil), (".", nil), ("image/", nil), ("image/image/png", nil), ("pdf", nil), ("text/png", nil),
            ("png ", nil),
        ] as [(String, ImageFormat?)])
    func `formats have many names`(name: String, format: ImageFormat?) {
        #expect(ImageFormat(name: name) == format)
    }

    @Test func `an unavailable format is refused, and the available ones are named`() throws {
        let problem = try #require(throws: Problem.self) {
            try FormatName.read("svg", of: [.jpeg, .tiff], at: .parameter("type"))
        }
        #expect(problem.status == .unsupportedMediaType)
        #expect(problem.detail.hasSuffix("these are: jpg, tif."))
    }

    @Test(
        arguments: [
            (nil, false), ("respond-async", true), ("Respond-Async; wait=10", true), ("wait=10, respond-async", true),
            ("return=minimal", false), ("respond-asynchronously", false), ("x=respond-async", false),
        ] as [(String?, Bool)])
    func `a preference is recognised among others`(field: String?, respondsAsync: Bool) {
        var fields = HTTPFields()
        if let field { fields.append("Prefer", field) }
        #expect(Preferences(fields).respondsAsync == respondsAsync)
    }
}

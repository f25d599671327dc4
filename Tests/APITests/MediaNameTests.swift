import Domain
import HTTPTypes
import Testing
import Transformations

@testable import API

@Suite struct MediaNameTests {
    /// The fields that browsers and tools send with requests for images.
    @Test(
        arguments: [
            (nil, []), ("", []), ("*/*", []), ("image/*,*/*;q=0.8", []),
            ("image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", [.avif, .webp]),
            ("image/webp,image/png;q=0.9", .webp), ("image/avif;q=0, image/webp", .webp), ("IMAGE/AVIF", .avif),
            ("image/webp;q=zero", []),
        ] as [(String?, AcceptedFormats)])
    func `only a named format counts as known`(field: String?, formats: AcceptedFormats) {
        #expect(AcceptedFormats(AcceptedMedia(field)) == formats)
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
        let problem = try #require(throws: Problem.self) { try FormatName.read("svg", of: [.jpeg, .tiff]) }
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

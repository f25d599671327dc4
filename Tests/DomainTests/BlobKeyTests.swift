import Domain
import Testing

struct BlobKeyTests {
    private let digest: Digest

    init() throws { digest = try #require(Digest(String(repeating: "ab", count: 32))) }

    @Test func `a replacement has a name of its own in the same folder`() {
        let key = BlobKey(
            type: .thumbnail, digest: digest, taken: CivilTime(year: 2021, month: 5, day: 31), format: .jpeg)
        let first = BlobKey(replacing: key, format: .webp)
        #expect(first.path == "thumbnail/2021/05/31/\(digest)-r1.webp")
        let second = BlobKey(replacing: first, format: .jpeg)
        #expect(second.path == "thumbnail/2021/05/31/\(digest)-r2.jpg")
        for key in [key, first, second] {
            #expect(BlobKey(path: key.path) == key && key.digest == digest && key.type == .thumbnail)
        }
    }

    @Test func `a file of one image, and one that is turned, have names of their own`() throws {
        let image = try #require(ImageID("01900000-0000-7000-8000-000000000001"))
        let turned = try #require(Orientation(isMirrored: false, degrees: 90))
        for (image, rotation, ending) in [
            (image, .upright, "-\(image)"), (nil, turned, "-o6"), (image, turned, "-\(image)-o6"),
        ] as [(ImageID?, Orientation, String)] {
            let key = BlobKey(
                type: .compressed, digest: digest, image: image, rotation: rotation, taken: nil, format: .webp)
            #expect(key.path == "compressed/2000/01/01/\(digest)\(ending).webp")
            let next = BlobKey(replacing: key, format: .webp)
            #expect(next.path == "compressed/2000/01/01/\(digest)\(ending)-r1.webp")
            for key in [key, next] { #expect(BlobKey(path: key.path) == key && key.digest == digest) }
        }
    }

    @Test(arguments: ["o1", "o9", "o0", "o06", "r1-o6", "o6-", "o6-o6", "r0", "r01", "r-1", "r", "r1x", "x1", ""])
    func `other endings are no keys`(ending: String) {
        #expect(BlobKey(path: "thumbnail/2021/05/31/\(digest)-\(ending).jpg") == nil)
    }
}

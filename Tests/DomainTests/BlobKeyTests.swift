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

    @Test(arguments: ["r0", "r01", "r-1", "r", "r1x", "x1", ""])
    func `other endings are no keys`(ending: String) {
        #expect(BlobKey(path: "thumbnail/2021/05/31/\(digest)-\(ending).jpg") == nil)
    }
}

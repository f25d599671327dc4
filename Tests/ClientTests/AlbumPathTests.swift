import SystemIO
import Testing

@testable import Client

@Suite struct AlbumPathTests {
    @Test(
        arguments: [
            ("photos/2024/Rome/a.jpg", ["photos"], "photos/2024/Rome"), ("photos/a.jpg", ["photos/"], "photos"),
            ("/home/me/photos/x/a.jpg", ["/home/me/photos", "/home/me"], "photos/x"), ("./x/a.jpg", ["."], "x"),
            ("./a.jpg", ["."], nil), ("a.jpg", ["a.jpg"], nil), ("photos2/a.jpg", ["photos"], nil),
            ("x/a.jpg", [], nil),
        ] as [(String, [String], String?)])
    func `the folders of a file below a named one are its albums`(file: String, roots: [String], path: String?) {
        #expect(AlbumPath.of(FilePath(file), in: roots.map { FilePath($0) }) == path)
    }
}

import SystemIO
import Testing

@Suite struct FilePathTests {
    @Test(
        arguments: [
            Array("plain".utf8), [0xFF, 0xFE], Array("Größe 写真".utf8), [0x61, 0xC3], [0xC3, 0x28],
            [0xE5, 0x86, 0x99, 0x80],
            [0xED, 0xA0, 0x80], [],
        ] as [[UInt8]])
    func `arguments are passed unchanged`(bytes: [UInt8]) {
        let text = ProgramArguments.text(of: bytes)
        #expect(ProgramArguments.bytes(of: text) == bytes && FilePath(text).bytes == bytes)
    }

    @Test(arguments: [
        ("a/b.jpg", "b.jpg"), ("/a/b/", "b"), ("b", "b"), ("/", ""), ("", ""), ("a//b//", "b"),
    ])
    func `the last component is after the last slash`(path: String, name: String) {
        #expect(FilePath(path).lastComponent.text == name)
    }

    @Test func `paths are joined with one slash`() {
        #expect(FilePath("a").appending(FilePath("b")).text == "a/b")
        #expect(FilePath("a/").appending(FilePath("b")).text == "a/b")
        #expect(FilePath("/").appending(FilePath("b")).text == "/b")
        #expect(FilePath("").appending(FilePath("b")).text == "b")
        #expect(FilePath("/x").absolute(in: FilePath("/y")).text == "/x")
        #expect(FilePath("x").absolute(in: FilePath("/y")).text == "/y/x")
    }

    @Test func `a path cannot contain NUL`() {
        #expect(FilePath(bytes: [97, 0, 98]) == nil)
    }
}

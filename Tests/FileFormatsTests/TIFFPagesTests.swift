import Domain
@testable import FileFormats
import Testing

struct TIFFPagesTests {
    private func pages(_ fixture: TIFFFixture) throws -> [TIFFPages.Page]? {
        var window = ByteWindow(fixture.bytes)
        return try TIFFPages(&window)?.pages
    }

    private let whole: TIFFFixture.Entries = [(0x0100, 100), (0x0112, 3)]
    private let reduced: TIFFFixture.Entries = [(0x00FE, 1), (0x0100, 10)]

    @Test func `lists the directories of a chain with their orientations`() throws {
        let found = try pages(TIFFFixture(chain: [whole, [(0x00FE, 2), (0x0100, 5)], [(0x0112, 9)]]))
        #expect(found?.map(\.directory) == [0, 1, 2])
        #expect(found?.map(\.orientation) == [3, 1, 1])
    }

    @Test func `does not take smaller copies for pages, wherever they are`() throws {
        #expect(try pages(TIFFFixture(chain: [reduced, whole, reduced]))?.map(\.directory) == [1])
        #expect(try pages(TIFFFixture(chain: [whole, reduced, reduced]))?.map(\.directory) == [0])
        // The tag of TIFF 5.0.
        #expect(try pages(TIFFFixture(chain: [[(0x00FF, 2)], whole, [(0x00FF, 3)]]))?.map(\.directory) == [1, 2])
        #expect(try pages(TIFFFixture(chain: [whole], below: [reduced, whole]))?.map(\.directory) == [0])
    }

    @Test func `finds the picture below a smaller copy of it`() throws {
        let found = try pages(TIFFFixture(chain: [reduced + [(0x0112, 6)]], below: [reduced, [(0x0100, 100)], whole]))
        #expect(found == [TIFFPages.Page(directory: 0, subdirectory: 1, orientation: 6)])
        let own = try pages(TIFFFixture(chain: [reduced], below: [whole]))
        #expect(own == [TIFFPages.Page(directory: 0, subdirectory: 0, orientation: 3)])
    }

    @Test func `shows a smaller copy if there is nothing else`() throws {
        #expect(try pages(TIFFFixture(chain: [reduced, reduced]))?.map(\.directory) == [0])
    }

    @Test func `ends a chain that runs into itself`() throws {
        #expect(try pages(TIFFFixture(chain: [whole, whole], isCircle: true))?.count == 2)
    }

    @Test func `survives every cut, and has no pages without a directory`() throws {
        let bytes = TIFFFixture(chain: [reduced, whole], below: [whole]).bytes
        for length in 0...bytes.count {
            var window = ByteWindow(Array(bytes.prefix(length)))
            let found = try TIFFPages(&window)
            #expect(length > 10 || found == nil)
        }
    }

    @Test func `reads a BigTIFF whose lower directories have offsets of four bytes`() throws {
        func field(_ tag: UInt32, _ type: UInt32, _ count: UInt32, _ value: [UInt8]) -> [UInt8] {
            little(tag, 2) + little(type, 2) + little(count, 4) + little(0, 4) + value
                + [UInt8](repeating: 0, count: 8 - value.count)
        }
        func directory(_ entries: [[UInt8]]) -> [UInt8] {
            little(UInt32(entries.count), 4) + little(0, 4) + entries.joined() + [UInt8](repeating: 0, count: 8)
        }
        let below = directory([field(0x00FE, 4, 1, little(1, 4))])
        let start = 16 + directory([[], [], []]).count + 3 * 20
        let offsets = little(UInt32(start), 4) + little(UInt32(start + below.count), 4)
        let file =
            [0x49, 0x49, 43, 0, 8, 0, 0, 0] + little(16, 4) + little(0, 4)
            + directory([
                field(0x0111, 16, 1, little(8, 4)), field(0x0117, 16, 1, little(4, 4)), field(0x014A, 13, 2, offsets),
            ]) + below + below
        var window = ByteWindow(file)
        #expect(try TIFFPages(&window)?.pages.map(\.directory) == [0])
        #expect(
            try TailCheck.flaw(of: .tiff, size: Int64(file.count)) { Array(file.dropFirst(Int($0)).prefix($1)) } == nil)
    }

    @Test func `checks that the picture of the page that is shown is in the file`() throws {
        func flaw(_ fixture: TIFFFixture) throws -> String? {
            let bytes = fixture.bytes
            return try TailCheck.flaw(of: .tiff, size: Int64(bytes.count)) { offset, count in
                Array(bytes.dropFirst(Int(offset)).prefix(count))
            }
        }
        let (here, beyond): (TIFFFixture.Entries, TIFFFixture.Entries) = (
            [(0x0111, 8), (0x0117, 4)], [(0x0111, 8), (0x0117, 9999)]
        )
        #expect(try flaw(TIFFFixture(chain: [reduced + beyond, here])) == nil)
        #expect(try flaw(TIFFFixture(chain: [reduced + here, beyond])) != nil)
        #expect(try flaw(TIFFFixture(chain: [reduced + here], below: [beyond])) != nil)
    }
}

import Domain
import Foundation
import SystemIO
import Testing

@testable import Client

@Suite struct BatchMetadataTests {
    /// Reads a file of this name and text; the message of the failure if it is refused.
    private static func read(_ name: String, _ text: String) throws -> (
        entries: [BatchMetadata.Entry], problem: String?
    ) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "metadata-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = FilePath(folder).appending(name)
        try Data(text.utf8).write(to: URL(filePath: path.text))
        do {
            let entries = try BatchMetadata(path).entries
            return (
                entries.map {
                    BatchMetadata.Entry(
                        file: FilePath($0.file.text.replacing(folder, with: "FOLDER")), members: $0.members)
                }, nil
            )
        } catch {
            return ([], error.message.replacing(folder, with: "FOLDER"))
        }
    }

    @Test func `rows of CSV become members, and empty fields none`() throws {
        let text = "\u{FEFF}file,store_name,timestamp\r\na.jpg,\"Nord, \"\"1\"\"\nback\",2026-01-02\r\n\r\n/b/c.png,,\n"
        let (entries, problem) = try Self.read("list.CSV", text)
        #expect(problem == nil)
        #expect(entries.map(\.file.text) == ["FOLDER/a.jpg", "/b/c.png"])
        #expect(
            entries.map(\.members)
                == [["store_name": .string("Nord, \"1\"\nback"), "timestamp": .string("2026-01-02")], [:]])
    }

    @Test func `objects of JSON keep the types of their members`() throws {
        let (entries, problem) = try Self.read(
            "x.json", #"[{"file":"a.jpg","barcode":12,"x":[true,null]}, {"file":"b"}]"#)
        #expect(problem == nil)
        #expect(entries.map(\.members) == [["barcode": .integer(12), "x": .array([.bool(true), .null])], [:]])
    }

    @Test(arguments: [
        ("x.csv", "store\na", "line 1: there must be the names"), ("x.csv", "", "line 1: there must be the names"),
        ("x.csv", "file,a,a\nx,1,2", "line 1: there must be the names"),
        ("x.csv", "file,a\nx.jpg", "line 2: it has 1 fields, and the first line 2"),
        ("x.csv", "file\n\"x", "line 2: a quotation that begins here has no end"),
        ("x.csv", "file,a\n\"x\"y,1", "line 2: a comma must follow the end of a quotation"),
        ("x.csv", "file,a\n,1", "line 2: 'file' must name a picture"),
        ("x.json", "{}", "must be an array of objects"), ("x.json", "[1]", "entry 1: it must be an object"),
        ("x.json", #"[{"file":"a"},{"file":5}]"#, "entry 2: 'file' must name a picture"),
        ("x.json", "[", "is not valid JSON"), ("x.txt", "", "must be a .csv or a .json file"),
    ])
    func `what is wrong is told with its place`(name: String, text: String, expected: String) throws {
        let problem = try Self.read(name, text).problem ?? ""
        #expect(problem.contains(expected), "\(problem)")
    }

    @Test func `a file that cannot be read is told`() {
        let error = #expect(throws: ClientError.self) { try BatchMetadata(FilePath("/nowhere/x.csv")) }
        #expect(error?.code == .usage && error?.message.contains("cannot be read") == true)
    }
}

import CommandLine
import Foundation
import Services
import Testing
import Transformations

@testable import Composition

/// Options that name files or folders.
@Suite struct FileOptionsTests {
    private static func withFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "options-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    @Test func `presets are read from their file`() throws {
        try Self.withFolder { folder in
            let file = folder.appending(path: "presets.json")
            try Data(#"{"card":{"width":400,"fit":"cover","height":300}}"#.utf8).write(to: file)
            let settings = try ServerOptionsTests.settings(["TINTYPE_PRESETS": file.path])
            let transformation = try settings.presets.read([("preset", "card")])
            #expect(
                try transformation == RenderPresets().read([("width", "400"), ("height", "300"), ("fit", "cover")]))
            for text in ["{", "[]", #"{"card":{"widht":400}}"#, #"{"card":{"width":0}}"#, #"{"card":5}"#] {
                try Data(text.utf8).write(to: file)
                #expect(throws: UsageError.self) { try ServerOptionsTests.settings(["TINTYPE_PRESETS": file.path]) }
            }
            let missing = folder.appending(path: "nothing").path
            #expect(throws: UsageError.self) { try ServerOptionsTests.settings(["TINTYPE_PRESETS": missing]) }
        }
    }

    @Test func `the import folder must be a folder`() throws {
        try Self.withFolder { folder in
            #expect(try ServerOptionsTests.settings(["TINTYPE_IMPORT_DIR": folder.path]).importFolder != nil)
            let file = folder.appending(path: "file")
            try Data().write(to: file)
            for path in [file.path, folder.appending(path: "nothing").path] {
                let error = try #require(throws: UsageError.self) {
                    try ServerOptionsTests.settings(["TINTYPE_IMPORT_DIR": path])
                }
                #expect(error.description.hasPrefix("--import-dir: The import folder "))
            }
        }
    }
}

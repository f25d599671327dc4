import Foundation
import SystemIO
import Testing

@testable import Composition

@Suite final class DataFolderTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "data-\(UUID())")

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func permissions(_ name: String) throws -> UInt32 {
        try FileStatus(of: FilePath(folder.path).appending(FilePath(name)), followingLinks: true).permissions
    }

    @Test func `a new data folder is its user's alone`() async throws {
        let data = try await DataFolder.open(FilePath(folder.path))
        #expect(!data.wasOpenToOthers)
        for name in ["staging", "cache"] { #expect(try permissions(name) == 0o700) }
        for name in ["catalog.sqlite", "lock"] { #expect(try permissions(name) == 0o600) }
        #expect(try permissions("../\(folder.lastPathComponent)") == 0o700)
        await data.close()
    }

    @Test func `an existing data folder is made private, but not what others keep in it`() async throws {
        try FileManager.default.createDirectory(
            at: folder.appending(path: "original/2021"), withIntermediateDirectories: true)
        for name in ["original/2021/a.jpg", "notes.txt"] {
            try Data("x".utf8).write(to: folder.appending(path: name))
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o644], ofItemAtPath: folder.appending(path: name).path)
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
        let data = try await DataFolder.open(FilePath(folder.path))
        #expect(data.wasOpenToOthers)
        try data.makePrivate()
        #expect(try permissions("original/2021/a.jpg") == 0o600 && permissions("notes.txt") == 0o644)
        #expect(try permissions("../\(folder.lastPathComponent)") == 0o700)
        await data.close()
        let again = try await DataFolder.open(FilePath(folder.path))
        #expect(!again.wasOpenToOthers)
        await again.close()
    }
}

import Foundation
import SystemIO
import Testing

@Suite final class PermissionsTests {
    private let folder = FilePath(NSTemporaryDirectory() + "permissions-" + UUID().uuidString)

    init() throws {
        try Folder.create(folder.appending("a").appending("b"), mode: 0o755)
        for name in ["one", "a/two", "a/b/three"] {
            try FileDescriptor(creating: folder.appending(FilePath(name))).write([1])
        }
        for name in ["", "a", "a/b", "one", "a/two", "a/b/three"] {
            try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: path(name))
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path("")) }

    private func path(_ name: String) -> String { "\(folder)/\(name)" }

    private func permissions(_ name: String) throws -> UInt32 {
        try FileStatus(of: FilePath(path(name)), followingLinks: true).permissions
    }

    @Test func `everything in a folder becomes private`() throws {
        try Permissions.makePrivate(folder)
        for name in ["", "a", "a/b", "one", "a/two", "a/b/three"] { #expect(try permissions(name) == 0o700) }
    }

    @Test func `a folder alone becomes private`() throws {
        try Permissions.makePrivate(folder, isRecursive: false)
        #expect(try permissions("") == 0o700 && permissions("a") == 0o777)
    }

    @Test func `links are not followed`() throws {
        try FileManager.default.createSymbolicLink(atPath: path("a/link"), withDestinationPath: path("one"))
        try Permissions.makePrivate(folder.appending("a"))
        #expect(try permissions("one") == 0o777 && permissions("a/two") == 0o700)
    }

    @Test func `a missing file needs nothing`() throws {
        try Permissions.makePrivate(folder.appending("missing"))
    }
}

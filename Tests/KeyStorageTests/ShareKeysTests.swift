import Foundation
import KeyStorage
import SystemIO
import Testing

@Suite struct ShareKeysTests {
    private static let message = Array("a share".utf8)

    /// A temporary folder, removed after the test.
    private func withFolder(_ body: (FilePath) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "shares-\(UUID())").path
        try Folder.create(FilePath(folder))
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(FilePath(folder))
    }

    @Test func `the key is made once, and readable by its owner only`() throws {
        try withFolder { (folder: FilePath) throws -> Void in
            let code = try ShareKeys(dataFolder: folder).code(of: Self.message)
            #expect(code.count == ShareKeys.codeLength)
            #expect(try ShareKeys(dataFolder: folder).code(of: Self.message) == code)
            let file = folder.appending("keys").appending("shares.json").description
            let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            try Data("[]x".utf8).write(to: URL(filePath: file))
            #expect(throws: KeyRingDamaged.self) { try ShareKeys(dataFolder: folder) }
        }
    }

    @Test func `a code is valid for one message, and made with one key`() throws {
        try withFolder { (folder: FilePath) throws -> Void in
            let keys = try ShareKeys(dataFolder: folder)
            let code = try keys.code(of: Self.message)
            #expect(try keys.isValid(code, of: Self.message))
            #expect(try !keys.isValid(code, of: Self.message + [0]))
            #expect(try !keys.isValid(Array(code.dropLast()), of: Self.message))
            #expect(try !keys.isValid([], of: Self.message))
            try withFolder { (other: FilePath) throws -> Void in
                #expect(try !ShareKeys(dataFolder: other).isValid(code, of: Self.message))
            }
        }
    }

    @Test func `a shared key makes the same codes in every folder, beside what was made before`() throws {
        try withFolder { (folder: FilePath) throws -> Void in
            let before = try ShareKeys(dataFolder: folder).code(of: Self.message)
            let shared = Array(repeating: UInt8(7), count: 32)
            let keys = try ShareKeys(dataFolder: folder, shared: shared)
            let code = try keys.code(of: Self.message)
            #expect(code != before)
            #expect(try keys.isValid(before, of: Self.message))
            try withFolder { (other: FilePath) throws -> Void in
                #expect(try ShareKeys(dataFolder: other, shared: shared).code(of: Self.message) == code)
                #expect(!FileManager.default.fileExists(atPath: other.appending("keys").description))
            }
        }
    }
}

import Domain
import Foundation
import KeyStorage
import Runtime
import SystemIO
import Testing

@Suite struct AddressKeysTests {
    private static let message = Array("/v1/images".utf8)

    /// A temporary folder, removed after the test.
    private func withFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "addresses-\(UUID())").path
        try Folder.create(FilePath(folder))
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try await body(folder)
    }

    private func sign(_ keys: AddressKeys, with id: String? = nil) throws -> (key: String, code: [UInt8]) {
        try #require(try keys.sign(with: id) { _ in Self.message })
    }

    @Test func `the first signature creates a key, and the newest key signs`() async throws {
        try await withFolder { folder in
            let keys = try AddressKeys(dataFolder: FilePath(folder))
            #expect(try keys.list().isEmpty)
            let first = try sign(keys)
            #expect(try keys.list().map(\.id) == [first.key] && first.code.count == 32)
            let added = try keys.add(now: Timestamp(seconds: 7))
            #expect(try keys.list().map(\.id) == [first.key, added.id] && added.created == Timestamp(seconds: 7))
            #expect(try sign(keys).key == added.id)
            let old = try sign(keys, with: first.key)
            #expect(old.key == first.key && old.code == first.code)
            #expect(try keys.sign(with: "unknown") { _ in Self.message } == nil)
        }
    }

    @Test func `a signature is valid for one message and one key`() async throws {
        try await withFolder { folder in
            let keys = try AddressKeys(dataFolder: FilePath(folder))
            let (key, code) = try sign(keys)
            let other = try keys.add().id
            #expect(try keys.isValid(code, of: Self.message, key: key))
            #expect(try !keys.isValid(code, of: Self.message, key: other))
            #expect(try !keys.isValid(code, of: Self.message, key: "unknown"))
            #expect(try !keys.isValid(code, of: Self.message + [0], key: key))
            #expect(try !keys.isValid(Array(code.dropLast()), of: Self.message, key: key))
            #expect(try !keys.isValid([], of: Self.message, key: key))
        }
    }

    @Test func `changes of the keys by another process take effect at once`() async throws {
        try await withFolder { folder in
            let server = try AddressKeys(dataFolder: FilePath(folder))
            for _ in 0..<20 {
                let command = try AddressKeys(dataFolder: FilePath(folder))
                let added = try command.add().id
                let signed = try sign(command, with: added)
                #expect(try server.isValid(signed.code, of: Self.message, key: added))
                #expect(try command.remove(added))
                #expect(try !server.isValid(signed.code, of: Self.message, key: added))
                #expect(try !command.remove(added))
            }
            #expect(try server.list().isEmpty)
        }
    }

    @Test func `a key that was replaced is no longer accepted`() async throws {
        try await withFolder { folder in
            let server = try AddressKeys(dataFolder: FilePath(folder))
            let command = try AddressKeys(dataFolder: FilePath(folder))
            var (key, code) = try sign(command)
            for _ in 0..<100 {
                #expect(try server.isValid(code, of: Self.message, key: key))
                // The file has the same length, and is written within the same tick of the file system's clock.
                #expect(try command.remove(key))
                _ = try command.add()
                #expect(try !server.isValid(code, of: Self.message, key: key))
                (key, code) = try sign(command)
            }
        }
    }

    @Test func `keys whose file was removed are no longer accepted`() async throws {
        try await withFolder { folder in
            let keys = try AddressKeys(dataFolder: FilePath(folder))
            let (key, code) = try sign(keys)
            #expect(try Folder.remove(FilePath(folder + "/keys/addresses.json")))
            #expect(try !keys.isValid(code, of: Self.message, key: key))
            #expect(try keys.list().isEmpty)
        }
    }

    @Test func `only the owner can read the keys`() async throws {
        try await withFolder { folder in
            _ = try AddressKeys(dataFolder: FilePath(folder)).add()
            for (path, mode) in [("keys", 0o700), ("keys/addresses.json", 0o600)] {
                let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(path)")
                #expect(attributes[.posixPermissions] as? Int == mode)
            }
        }
    }

    @Test(arguments: ["", "{}", "[1]", #"[{"id": "a", "secret": "AAAA", "created": 1}]"#])
    func `a file without keys is an error, and is not overwritten`(text: String) async throws {
        try await withFolder { folder in
            let keys = try AddressKeys(dataFolder: FilePath(folder))
            let (key, code) = try sign(keys)
            try Folder.write(Array(text.utf8), as: FilePath(folder + "/keys/addresses.json"))
            #expect(throws: KeyRingDamaged.self) { try AddressKeys(dataFolder: FilePath(folder)) }
            #expect(throws: KeyRingDamaged.self) { try keys.isValid(code, of: Self.message, key: key) }
            #expect(throws: KeyRingDamaged.self) { try keys.add() }
            #expect(try String(contentsOfFile: folder + "/keys/addresses.json", encoding: .utf8) == text)
        }
    }

    @Test func `many readers use the keys while keys are added and removed`() async throws {
        try await withFolder { folder in
            let server = try AddressKeys(dataFolder: FilePath(folder))
            let (kept, code) = try sign(server)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        for _ in 0..<50 {
                            let isValid = try server.isValid(code, of: Self.message, key: kept)
                            #expect(isValid)
                        }
                    }
                }
                group.addTask {
                    let command = try AddressKeys(dataFolder: FilePath(folder))
                    for _ in 0..<25 {
                        let isRemoved = try command.remove(try command.add().id)
                        #expect(isRemoved)
                    }
                }
                try await group.waitForAll()
            }
            #expect(try server.list().map(\.id) == [kept])
        }
    }

    @Test func `no key is lost if several instances add keys`() async throws {
        try await withFolder { folder in
            let added = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<16 {
                    group.addTask { try AddressKeys(dataFolder: FilePath(folder)).add().id }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(Set(try AddressKeys(dataFolder: FilePath(folder)).list().map(\.id)) == added)
        }
    }
}

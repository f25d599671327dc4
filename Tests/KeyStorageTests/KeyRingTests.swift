import Domain
import Foundation
import JOSE
import KeyStorage
import SystemIO
import Testing

@Suite struct KeyRingTests {
    /// A temporary folder, removed after the test.
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "keys-\(UUID())").path
        try Folder.create(FilePath(folder))
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    @Test func `a key stays the same for thirty days`() throws {
        try withFolder { folder in
            let start = Timestamp(seconds: 1_000_000)
            let key = try KeyRing(dataFolder: FilePath(folder), now: start).signingKey(now: start)
            let later = start.advanced(bySeconds: KeyRing.rotationSeconds - 1)
            #expect(try KeyRing(dataFolder: FilePath(folder), now: later).signingKey(now: later) == key)
            #expect(key.secret.count == 32)
        }
    }

    @Test func `an old key is replaced, and accepted for a while`() throws {
        try withFolder { folder in
            var now = Timestamp(seconds: 1_000_000)
            let ring = try KeyRing(dataFolder: FilePath(folder), now: now)
            var keys = [try ring.signingKey(now: now)]
            for _ in 0..<4 {
                now = now.advanced(bySeconds: KeyRing.rotationSeconds + 1)
                keys.append(try ring.signingKey(now: now))
            }
            #expect(Set(keys.map(\.id)).count == 5)
            #expect(ring.verificationKeys == keys.suffix(3))
            #expect(try KeyRing(dataFolder: FilePath(folder), now: now).verificationKeys == keys.suffix(3))
        }
    }

    @Test func `keys are read again on request, and stay if the file is damaged`() throws {
        try withFolder { folder in
            let (ring, path) = (try KeyRing(dataFolder: FilePath(folder)), FilePath(folder + "/keys/sessions.json"))
            let first = try ring.signingKey()
            let kept = try Data(contentsOf: URL(filePath: path.text))
            try FileManager.default.removeItem(atPath: path.text)
            try ring.reread()
            let second = try ring.signingKey()
            #expect(second != first && ring.verificationKeys == [second])
            try Folder.write(Array("{".utf8), as: path, mode: 0o600)
            #expect(throws: KeyRingDamaged.self) { try ring.reread() }
            #expect(try ring.signingKey() == second)
            try Folder.write(Array(kept), as: path, mode: 0o600)
            try ring.reread()
            #expect(try ring.signingKey() == first)
        }
    }

    @Test(arguments: ["", "{}", "[1]", #"[{"id": "a", "secret": "AAAA", "created": 1}]"#])
    func `a file without keys is an error, and is not changed`(text: String) throws {
        try withFolder { folder in
            try Folder.create(FilePath(folder + "/keys"))
            try Folder.write(Array(text.utf8), as: FilePath(folder + "/keys/sessions.json"))
            #expect(throws: KeyRingDamaged.self) { try KeyRing(dataFolder: FilePath(folder)) }
            #expect(try String(contentsOfFile: folder + "/keys/sessions.json", encoding: .utf8) == text)
        }
    }
}

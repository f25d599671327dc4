import Sodium
import Testing

@Suite struct PasswordHashTests {
    @Test(arguments: ["", "correct horse", "a\u{0}b", "🐎", String(repeating: "x", count: 5000)])
    func `only the right password matches a hash`(password: String) throws {
        let hash = try PasswordHash.make(of: password)
        #expect(hash.hasPrefix("$argon2id$v=19$m=65536,t=2,p=1$"))
        #expect(try PasswordHash.matches(password, hash: hash))
        #expect(try !PasswordHash.matches(password + "x", hash: hash))
        #expect(!PasswordHash.isOutdated(hash))
    }

    @Test func `two hashes of one password differ`() throws {
        #expect(try PasswordHash.make(of: "same") != PasswordHash.make(of: "same"))
    }

    @Test(arguments: ["", "x", "$argon2id$", "$2b$12$abcdefghijklmnopqrstuv", String(repeating: "$", count: 200)])
    func `nothing matches text that is not a hash`(text: String) throws {
        #expect(try !PasswordHash.matches("password", hash: text))
        #expect(PasswordHash.isOutdated(text))
    }

    @Test func `random bytes have the requested length, and are never the same`() throws {
        #expect(try RandomBytes.make(0).isEmpty)
        let drawn = try (0..<100).map { _ in try RandomBytes.make(16) }
        #expect(Set(drawn).count == 100 && drawn.allSatisfy { $0.count == 16 })
    }
}

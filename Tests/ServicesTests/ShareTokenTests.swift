import Domain
import Foundation
import KeyStorage
import SystemIO
import Testing
import TextCoding

@testable import Services

@Suite struct ShareTokenTests {
    private static let start = Timestamp(seconds: 1_800_000_000)

    /// Keys in a temporary folder, removed after the test.
    private func withKeys(_ body: (ShareKeys) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "shares-\(UUID())").path
        try Folder.create(FilePath(folder))
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(try ShareKeys(dataFolder: FilePath(folder)))
    }

    private static func share(
        _ id: ShareID = ShareID(), password: String? = "hash", expires: Timestamp? = nil
    ) -> Share {
        Share(
            id: id, owner: .root, ownerHandle: "root", subject: .images, terms: ShareTerms(expires: expires),
            passwordHash: password, uses: 0, lastUsed: nil, dateCreated: start, dateModified: start)
    }

    @Test func `a token opens its share, and no other text does`() throws {
        try withKeys { (keys: ShareKeys) throws -> Void in
            let id = ShareID()
            let text = try ShareToken(of: id, keys).text
            #expect(text.hasPrefix("tts_") && ShareVisits.isToken(text) && !ShareVisits.isToken(id.description))
            #expect(try ShareToken.share(of: text, keys) == id)
            #expect(try ShareToken(of: id, keys).text == text)
            let bytes = try #require(Base64URL.decode(text.dropFirst(4)))
            for index in bytes.indices {
                var changed = bytes
                changed[index] ^= 1
                #expect(try ShareToken.share(of: "tts_" + Base64URL.encode(changed), keys) == nil, "\(index)")
            }
            let wrong = [
                "", "tts_", String(text.dropLast()), text + "A", String(text.dropFirst(4)), "tt_" + text.dropFirst(4),
                "tts_" + Base64URL.encode(Array(bytes.prefix(16))), id.description,
            ]
            for text in wrong { #expect(try ShareToken.share(of: text, keys) == nil, "\(text)") }
            try withKeys { (other: ShareKeys) throws -> Void in
                #expect(try ShareToken.share(of: text, other) == nil)
            }
        }
    }

    @Test func `a pass is for one share and one password, and lasts a day at most`() throws {
        try withKeys { (keys: ShareKeys) throws -> Void in
            let share = Self.share()
            let pass = try SharePass(of: share, keys, now: Self.start)
            let day = Self.start.advanced(bySeconds: 86_400)
            #expect(pass.expires == day)
            func isValid(_ text: String, for share: Share, after seconds: Double = 0) throws -> Bool {
                try SharePass.isValid(text, for: share, keys, now: Self.start.advanced(bySeconds: seconds))
            }
            #expect(try isValid(pass.text, for: share))
            #expect(try isValid(pass.text, for: share, after: 86_399))
            #expect(try !isValid(pass.text, for: share, after: 86_400))
            #expect(try !isValid(pass.text, for: Self.share()))
            #expect(try !isValid(pass.text, for: Self.share(share.id, password: "another hash")))
            #expect(try !isValid(pass.text, for: Self.share(share.id, password: nil)))
            let later = String(day.seconds + 1) + pass.text.drop { $0 != "." }
            for text in [later, "", ".", "x", "9999999999.", String(pass.text.dropLast())] {
                #expect(try !isValid(text, for: share), "\(text)")
            }
            let soon = Self.start.advanced(bySeconds: 60)
            #expect(try SharePass(of: Self.share(expires: soon), keys, now: Self.start).expires == soon)
            // A token is no pass, and a pass no token.
            #expect(try !isValid(ShareToken(of: share.id, keys).text, for: share))
            #expect(try ShareToken.share(of: "tts_" + pass.text, keys) == nil)
        }
    }

    @Test func `giving originals gives what they state, and what is not said is hidden again`() {
        func applied(_ terms: ShareTerms, _ edit: (inout ShareChanges) -> Void) -> [Bool] {
            var changes = ShareChanges()
            edit(&changes)
            let terms = changes.applied(to: terms)
            return [terms.givesOriginals, terms.hidesPlace, terms.hidesCamera]
        }
        let given = ShareTerms(givesOriginals: true, hidesPlace: false, hidesCamera: false)
        let cases: [(terms: ShareTerms, edit: (inout ShareChanges) -> Void, expected: [Bool])] = [
            (ShareTerms(), { _ in }, [false, true, true]),
            (ShareTerms(), { $0.hidesPlace = false }, [false, false, true]),
            (ShareTerms(), { $0.givesOriginals = true }, [true, false, false]),
            (given, { $0.givesOriginals = true }, [true, false, false]),
            (given, { $0.givesOriginals = false }, [false, true, true]),
            (given, { ($0.givesOriginals, $0.hidesCamera) = (false, false) }, [false, true, false]),
            (ShareTerms(), { ($0.givesOriginals, $0.hidesPlace) = (true, true) }, [true, true, false]),
        ]
        for (index, each) in cases.enumerated() { #expect(applied(each.terms, each.edit) == each.expected, "\(index)") }
    }
}

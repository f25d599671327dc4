import TextCoding
import Domain
import Foundation
import KeyStorage
import Services
import Sodium
import SystemIO
import Testing

@Suite struct AddressSignaturesTests {
    private static let message = Array("an address".utf8)
    private static let now = Timestamp(seconds: 1_000_000)

    private func claim(
        _ key: String?, _ code: String?, expires: String? = nil, of message: [UInt8] = message
    ) -> AddressSignatures.Claim {
        AddressSignatures.Claim(key: key, code: code, expires: expires, message: message)
    }

    private func withKeys(_ body: (AddressKeys, _ key: String, _ code: String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "signatures-\(UUID())").path
        try Folder.create(FilePath(folder))
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let keys = try AddressKeys(dataFolder: FilePath(folder))
        let (key, code) = try #require(try keys.sign(with: nil) { _ in Self.message })
        try body(keys, key, Base64URL.encode(code))
    }

    private func isRefused(_ claim: AddressSignatures.Claim, by signatures: AddressSignatures) -> Bool {
        let error = #expect(throws: ServiceError.self) {
            try signatures.permission(showing: claim, else: .root, now: Self.now)
        }
        return error?.code == .forbidden
    }

    @Test func `everybody who has a signed address sees the rendition until it expires`() throws {
        try withKeys { keys, key, code in
            for isRequired in [true, false] {
                let signatures = AddressSignatures(keys: keys, isRequired: isRequired)
                for expires in [nil, "1000001", "9223372036854775807"] {
                    let permission = try signatures.permission(
                        showing: claim(key, code, expires: expires), else: .stranger, now: Self.now)
                    guard case .signedAddress = permission else { Issue.record("\(permission)"); continue }
                }
                for expires in ["1000000", "0", "-1", "", "soon", "9223372036854775808", "1e9", " 1000001"] {
                    #expect(isRefused(claim(key, code, expires: expires), by: signatures))
                }
            }
        }
    }

    @Test func `an incomplete signature is refused, even if none is required`() throws {
        try withKeys { keys, key, code in
            let signatures = AddressSignatures(keys: keys, isRequired: false)
            for claim in [
                claim(key, nil), claim(nil, code), claim(nil, nil, expires: "1000001"), claim("x", code),
                claim(key, ""),
                claim(key, "?"), claim(key, String(code.dropLast(2))), claim(key, code, of: Self.message + [0]),
            ] {
                #expect(isRefused(claim, by: signatures))
            }
        }
    }

    @Test func `a request without a signature has the rights of its viewer, or none`() throws {
        try withKeys { keys, _, _ in
            let none = claim(nil, nil)
            #expect(isRefused(none, by: AddressSignatures(keys: keys, isRequired: true)))
            let permission = try AddressSignatures(keys: keys, isRequired: false)
                .permission(showing: none, else: .stranger)
            guard case .viewer(.stranger) = permission else { Issue.record("\(permission)"); return }
        }
    }
}

import Crypto
import Testing

@Suite struct StreamDigestTests {
    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    /// The examples of FIPS 180-4 for "abc", and its CRC-32.
    @Test func `digests are those of the standard, however the bytes arrive`() throws {
        for pieces in [["abc"], ["a", "bc"], ["", "ab", "", "c"]] {
            let (short, long, content) = (try StreamDigest(.sha256), try StreamDigest(.sha512), try ContentHasher())
            for piece in pieces.map({ Array($0.utf8) }) {
                try short.update(piece)
                try long.update(piece)
                try content.update(piece)
            }
            let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
            #expect(Self.hexadecimal(try short.finish()) == sha256)
            #expect(
                Self.hexadecimal(try long.finish())
                    == "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
            )
            let (digest, checksum) = try content.finish()
            #expect(Self.hexadecimal(digest) == sha256 && checksum == 0x3524_41C2)
        }
    }

    @Test func `nothing has a digest, too`() throws {
        let sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        #expect(Self.hexadecimal(try StreamDigest(.sha256).finish()) == sha256)
    }
}

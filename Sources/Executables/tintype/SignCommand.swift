import TextCoding
import API
import CommandLine
import Composition
import Domain
import HTTPTypes
import KeyStorage
import SystemIO

/// `tintype sign`: creates signed addresses.
enum SignCommand {
    private static let expires = Option<Int?>(
        "expires", "SECONDS", .integer(in: 1...3_155_760_000),
        "How long the signature is valid. By default there is no limit.")
    private static let key = Option<String?>(
        "key", "ID", .text, "The key to sign with. By default the newest key is used.")

    static let syntax = CommandSyntax(
        "sign", "Sign addresses of files and renditions, so that everybody who has an address may use it.",
        options: [DataFolder.option, ServerConfiguration.option, expires, key],
        arguments: "ADDRESS…, such as '/v1/images/ID/render?width=500'", fileOptions: [DataFolder.option])

    static func run(_ arguments: ParsedArguments) async throws -> Int32 {
        guard !arguments.arguments.isEmpty else {
            throw UsageError("name an address to sign, such as '/v1/images/ID/render?width=500'")
        }
        let keys = try KeysCommand.open(arguments)
        let expires = try arguments.value(of: expires).map { Timestamp.now.seconds + Int64($0) }
        for address in arguments.arguments { print(try sign(address, expires, try arguments.value(of: key), keys)) }
        return Program.Exit.ok
    }

    private static func sign(_ address: String, _ expires: Int64?, _ key: String?, _ keys: AddressKeys) throws -> String
    {
        let bare = address.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).first.map(String.init)
        func claimed(_ key: String) -> String {
            let text = bare ?? ""
            let expiry = expires.map { "expires=\($0)&" } ?? ""
            return "\(text)\(text.contains("?") ? "&" : "?")\(expiry)key=\(key)"
        }
        do {
            guard RequestTarget.isSignable(try RequestTarget(claimed("x"))) else {
                throw UsageError("the address has a signature already: sign it without expires, key and signature")
            }
            let signed = try keys.sign(with: key) { key in
                (try? RequestTarget(claimed(key))).map { SignedAddress.message(for: $0) } ?? []
            }
            guard let signed else { throw UsageError("there is no key '\(key ?? "")': see tintype keys list") }
            return "\(claimed(signed.key))&signature=\(Base64URL.encode(signed.code))"
        } catch let error as RequestTarget.Malformed {
            throw UsageError("'\(address)' cannot be read as an address: \(error.reason)")
        }
    }
}

extension RequestTarget {
    /// Whether each part of a signature occurs at most once, and no signature yet.
    fileprivate static func isSignable(_ target: RequestTarget) -> Bool {
        target.values("key").count == 1 && target.values("expires").count <= 1 && target.values("signature").isEmpty
    }
}

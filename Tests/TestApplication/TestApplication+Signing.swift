import API
public import Domain
import HTTPTypes
import KeyStorage
import SystemIO
import TextCoding

extension TestApplication {
    /// An address signed with a key of the server, as `tintype sign` does it.
    ///
    /// - Parameters:
    ///   - target: with a query.
    ///   - expires: when the signature expires; nil for never.
    public func signed(_ target: String, expires: Timestamp? = nil) async throws -> String {
        let limit = expires.map { "&expires=\($0.seconds)" } ?? ""
        let keys = try AddressKeys(dataFolder: FilePath(folder))
        let key = try keys.list().last?.id ?? keys.add().id
        let claimed = "\(target)\(limit)&key=\(key)"
        let message = SignedAddress.message(for: try RequestTarget(claimed))
        let code = try keys.sign(with: key) { _ in message }.require("a key").code
        return "\(claimed)&signature=\(Base64URL.encode(code))"
    }
}

/// The members of a merge patch (RFC 7396).
extension KeyedDecodingContainer {
    /// The value that a member is replaced by; nil if it is left out. Null is refused.
    func replacement<Value: Decodable>(_ key: Key) throws -> Value? {
        contains(key) ? try decode(Value.self, forKey: key) : nil
    }

    /// The value that a member is replaced by; `.some(nil)` if null resets it, and nil if it is left out.
    func resettable<Value: Decodable>(_ key: Key) throws -> Value?? {
        contains(key) ? .some(try decodeIfPresent(Value.self, forKey: key)) : nil
    }
}

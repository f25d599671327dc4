internal import Domain
internal import FoundationEssentials

/// JSON messages to and from the server.
enum JSONMessage {
    /// - Throws: `ClientError` with `damaged` if the message does not have the expected form.
    static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws(ClientError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw ClientError(.damaged, "the server's answer cannot be understood: is it a Tintype of this version?")
        }
    }

    static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(value))
    }
}

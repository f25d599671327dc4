/// Encodes values as JSON bytes, with the members in the order in which they are encoded (docs/decisions/0019).
///
/// Foundation's encoder builds a tree first; that took more than half of the time of a list.
enum JSONBytes {
    /// - Throws: `EncodingError` for a number that JSON cannot represent.
    static func encode(_ value: some Encodable) throws -> [UInt8] {
        let output = JSONOutput()
        try JSONValueEncoder(output).encode(value)
        output.close(to: 0)
        return output.bytes
    }
}

/// Encodes one value at the current position of the output.
struct JSONValueEncoder: Encoder, SingleValueEncodingContainer {
    private let output: JSONOutput
    /// How many containers are open around the value.
    private let depth: Int
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init(_ output: JSONOutput) { (self.output, depth) = (output, output.depth) }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        output.begin("{", "}")
        return KeyedEncodingContainer(JSONObjectEncoder(output))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        output.begin("[", "]")
        return JSONArrayEncoder(output)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    func encodeNil() { output.write("null" as StaticString) }
    func encode(_ value: Bool) { output.write(value ? "true" : "false" as StaticString) }
    func encode(_ value: String) { output.write(value) }
    func encode(_ value: Double) throws {
        guard value.isFinite else {
            throw EncodingError.invalidValue(
                value, .init(codingPath: [], debugDescription: "JSON has no word for this number"))
        }
        output.write(raw: "\(value)")
    }
    func encode(_ value: Float) throws { try encode(Double(value)) }
    func encode(_ value: Int) { output.write(value) }
    func encode(_ value: Int8) { output.write(value) }
    func encode(_ value: Int16) { output.write(value) }
    func encode(_ value: Int32) { output.write(value) }
    func encode(_ value: Int64) { output.write(value) }
    func encode(_ value: UInt) { output.write(value) }
    func encode(_ value: UInt8) { output.write(value) }
    func encode(_ value: UInt16) { output.write(value) }
    func encode(_ value: UInt32) { output.write(value) }
    func encode(_ value: UInt64) { output.write(value) }

    func encode(_ value: some Encodable) throws {
        let before = output.bytes.count
        try value.encode(to: JSONValueEncoder(output))
        // A value that requests no container and encodes nothing becomes an object without members.
        if output.bytes.count == before { output.begin("{", "}") }
        output.close(to: depth)
    }
}

internal import Domain

/// What the sender of a batch says of an item: members of its object, or fields of a form.
struct BatchItemMembers {
    /// The attributes that machines send, as lists of batches show them.
    static let known = ["store_name", "camera_id", "barcode"]

    private(set) var timestamp: String?
    private(set) var attributes: [String: JSONValue] = [:]

    /// Takes a member; null stands for none.
    ///
    /// - Throws: if the value is of the wrong type.
    mutating func set(_ name: String, to value: JSONValue) throws(Refusal) {
        switch (name, value) {
        case ("timestamp", .null): timestamp = nil
        case ("timestamp", .string(let text)): timestamp = text
        case ("timestamp", _): throw Refusal(reason: "The member 'timestamp' must be text.")
        case (_, .null): attributes[name] = nil
        case (_, .string), (_, .integer), (_, .number): attributes[name] = value
        default:
            guard !Self.known.contains(name) else {
                throw Refusal(reason: "The member '\(name)' must be text or a number.")
            }
            attributes[name] = value
        }
    }

    /// Adds what these members lack.
    mutating func fill(from common: BatchItemMembers) {
        timestamp = timestamp ?? common.timestamp
        attributes.merge(common.attributes) { own, _ in own }
    }

    /// Why an item is refused.
    struct Refusal: Error {
        let reason: String
    }
}

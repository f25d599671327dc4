internal import Domain
internal import HTTPTypes

extension Call {
    /// Whether the request is to be refused if what it changes is another version than the client knows.
    var hasConditions: Bool {
        ["If-Match", "If-None-Match", "If-Unmodified-Since"].contains { request.fields[$0] != nil }
    }

    /// - Parameters:
    ///   - tags: the entity tags of the present version.
    ///   - thing: what is changed, in the words of messages: "album".
    /// - Throws: `preconditionFailed` if the conditions of the request hold for none of the tags.
    func requireConditions(of tags: [EntityTag], modified: Timestamp, _ thing: String) throws {
        let conditions = Preconditions(request.fields)
        let holds = tags.contains { tag in
            conditions.evaluate(method: request.method, tag: tag, modified: modified) == .proceed
        }
        guard holds else {
            throw Problem(
                .preconditionFailed, "The \(thing) has been changed since you read it: read it again, and repeat this.")
        }
    }
}

internal import Domain
internal import TextCoding

/// The body that makes a webhook.
struct WebhookBody: JSONObjectBody {
    let terms: WebhookTerms

    enum CodingKeys: String, CodingKey, CaseIterable {
        case address, kinds, description
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        terms = WebhookTerms(
            address: try container.webhookAddress(.address),
            kinds: try container.decodeIfPresent([RecordedChange.Kind].self, forKey: .kinds).map { Set($0) },
            description: try container.decodeIfPresent(String.self, forKey: .description) ?? "")
    }
}

/// The body of a PATCH of a webhook (RFC 7396): only the given members are changed.
struct WebhookChangesBody: JSONObjectBody {
    let changes: WebhookChanges

    enum CodingKeys: String, CodingKey, CaseIterable {
        case address, kinds, description, enabled
        case rotateSecret = "rotate_secret"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard !container.allKeys.isEmpty else {
            throw Problem.badRequest(
                "The body changes nothing: address, kinds, description and enabled can be changed, and rotate_secret makes another secret."
            )
        }
        var changes = WebhookChanges()
        if container.contains(.address) { changes.address = try container.webhookAddress(.address) }
        changes.kinds = try container.resettable(.kinds).map { (kinds: [RecordedChange.Kind]?) in kinds.map { Set($0) }
        }
        changes.description = try container.resettable(.description).map { $0 ?? "" }
        changes.isEnabled = try container.replacement(.enabled)
        changes.rotatesSecret = try container.replacement(.rotateSecret) ?? false
        self.changes = changes
    }
}

extension KeyedDecodingContainer {
    fileprivate func webhookAddress(_ key: Key) throws -> WebhookAddress {
        do {
            return try WebhookAddress(decode(String.self, forKey: key))
        } catch let refusal as WebhookAddress.Refusal {
            throw Problem(.invalidMember, at: .pointer("/\(key.stringValue)"), refusal.reason)
        }
    }
}

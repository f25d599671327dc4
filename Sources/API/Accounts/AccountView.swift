internal import Domain
internal import Services

/// An account as JSON, for itself and for admins.
struct AccountView: Encodable {
    let account: Account
    private let offeredImages: Int
    private let links: Links

    /// - Parameter offeredImages: how many images of the built-in account the account may take over.
    init(_ account: Account, offeredImages: Int = 0, _ links: Links) {
        (self.account, self.offeredImages, self.links) = (account, offeredImages, links)
    }

    /// Images that the account may take over, and where.
    private struct Offer: Encodable {
        let from: String, images: Int, transfer: String
    }

    enum CodingKeys: String, CodingKey {
        case id, handle, role, disabled, duplicates, links, offer
        case quotaBytes = "quota_bytes"
        case bytesUsed = "bytes_used"
        case imageCount = "image_count"
        case dateCreated = "date_created"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(account.id, forKey: .id)
        try container.encode(account.handle.description, forKey: .handle)
        try container.encode(account.role, forKey: .role)
        try container.encode(account.isDisabled, forKey: .disabled)
        try container.encode(account.quotaBytes, forKey: .quotaBytes)
        try container.encode(account.bytesUsed, forKey: .bytesUsed)
        try container.encode(account.imageCount, forKey: .imageCount)
        try container.encode(account.keepsDuplicates ? "keep" : "merge", forKey: .duplicates)
        try container.encode(account.dateCreated, forKey: .dateCreated)
        if offeredImages > 0 {
            try container.encode(
                Offer(from: "\(Handle.root)", images: offeredImages, transfer: links.account(.root) + "/transfer"),
                forKey: .offer)
        }
        try container.encode(
            ["self": links.account(account.handle), "files": links.path("/api/\(account.handle)/files")], forKey: .links
        )
    }
}

/// A session as JSON.
struct SessionView: Encodable {
    private let session: Session
    private let isCurrent: Bool

    /// - Parameter isCurrent: whether the request came with this session.
    init(_ session: Session, isCurrent: Bool) { (self.session, self.isCurrent) = (session, isCurrent) }

    private enum CodingKeys: String, CodingKey {
        case id, current, address
        case userAgent = "user_agent"
        case dateCreated = "date_created"
        case dateUsed = "date_used"
        case expiresAt = "expires_at"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(session.id, forKey: .id)
        try container.encode(isCurrent, forKey: .current)
        try container.encode(session.userAgent, forKey: .userAgent)
        try container.encode(session.address, forKey: .address)
        try container.encode(session.dateCreated, forKey: .dateCreated)
        try container.encode(session.dateUsed, forKey: .dateUsed)
        try container.encode(session.expires, forKey: .expiresAt)
    }
}

/// A token for programs as JSON.
struct TokenView: Encodable {
    let token: APIToken
    /// Its text; only in the answer that creates it.
    var text: String?

    enum CodingKeys: String, CodingKey {
        case id, name, scopes, token, album
        case sharesPrivate = "share_private"
        case dateCreated = "date_created"
        case dateUsed = "date_used"
        case expiresAt = "expires_at"
        case quotaBytes = "quota_bytes"
        case bytesUsed = "bytes_used"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(token.id, forKey: .id)
        try container.encode(token.name, forKey: .name)
        try container.encode(token.scopes.sorted(), forKey: .scopes)
        try container.encodeIfPresent(text, forKey: .token)
        try container.encode(token.dateCreated, forKey: .dateCreated)
        try container.encode(token.dateUsed, forKey: .dateUsed)
        try container.encode(token.expires, forKey: .expiresAt)
        try container.encode(token.quotaBytes, forKey: .quotaBytes)
        try container.encode(token.bytesUsed, forKey: .bytesUsed)
        try container.encodeIfPresent(token.album?.id, forKey: .album)
        try container.encodeIfPresent(token.album?.sharesPrivate, forKey: .sharesPrivate)
    }
}

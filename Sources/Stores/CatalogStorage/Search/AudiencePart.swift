internal import Domain
internal import SQL

/// Images of an audience of which the audience gets the same, with what a search means for them.
///
/// Nobody finds an image by what is hidden from them: a search that concerns it is another search for the images that
/// hide it (`docs/decisions/0058`).
struct AudiencePart {
    /// The condition on `images`.
    let images: SQLQuery
    let conditions: SearchConditions
    /// Whether the audience gets the original of an image, as SQL: only then its camera and its attributes count.
    let givesOriginal: SQLQuery
}

extension AudienceView {
    /// Disjoint parts whose union is the audience, without those in which nothing can match. Each has an index of its own;
    /// an *or* has none (`docs/decisions/0014`).
    func parts(for conditions: SearchConditions) -> [AudiencePart] {
        switch audience {
        case .everything, .owner:
            [AudiencePart(images: audience.condition, conditions: conditions, givesOriginal: "1 = 1")]
        case .everyone, .reader: publicParts(audience.condition, conditions)
        // Its owner has made the query, and may search for everything.
        case .share(let scope):
            [AudiencePart(images: scope.part, conditions: conditions, givesOriginal: "1 = 1")]
        case .albums(let scopes): albumParts(scopes.lazy.compactMap(\.reader).first, conditions)
        case .account(let account):
            [AudiencePart(images: "images.owner = \(account)", conditions: conditions, givesOriginal: "1 = 1")]
                + publicParts("images.visibility = 'public' AND images.owner <> \(account)", conditions)
        }
    }

    /// A reader's own images in albums, and those of others.
    private func albumParts(_ reader: AccountID?, _ conditions: SearchConditions) -> [AudiencePart] {
        guard let reader else { return publicParts(audience.condition, conditions) }
        let own = AudiencePart(
            images: "\(sql: audience.condition) AND images.owner = \(reader)", conditions: conditions,
            givesOriginal: "1 = 1")
        return [own] + publicParts("\(sql: audience.condition) AND images.owner <> \(reader)", conditions)
    }

    private func publicParts(_ images: SQLQuery, _ conditions: SearchConditions) -> [AudiencePart] {
        guard conditions.concernsOriginal || conditions.concernsPlace else {
            return [AudiencePart(images: images, conditions: conditions, givesOriginal: defaults.givesOriginal)]
        }
        let given = AudiencePart(
            images: "\(sql: images) AND \(sql: defaults.givesOriginal)", conditions: conditions, givesOriginal: "1 = 1")
        let others: SQLQuery = "\(sql: images) AND \(sql: defaults.hidesOriginal)"
        func hidden(_ images: SQLQuery, place: Bool) -> AudiencePart? {
            conditions.withoutOriginals(hidingPlace: place).map {
                AudiencePart(images: images, conditions: $0, givesOriginal: "1 = 0")
            }
        }
        guard conditions.concernsPlace else { return [given] + [hidden(others, place: true)].compactMap(\.self) }
        return [given]
            + [
                hidden("\(sql: others) AND \(sql: defaults.givesPlace)", place: false),
                hidden("\(sql: others) AND \(sql: defaults.hidesPlace)", place: true),
            ].compactMap(\.self)
    }
}

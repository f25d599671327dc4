internal import Domain
internal import SQL

/// An audience, and what it gets of the public images of others.
struct AudienceView {
    let audience: Audience
    let defaults: PublicDefaults
    /// Whether originals are given, as a condition on `images` that is never null.
    let givesOriginal: SQLQuery

    /// - Parameter maker: the audience whose originals count; nil for the same.
    init(_ audience: Audience, _ defaults: PublicDefaults, originalsOf maker: Audience? = nil) {
        (self.audience, self.defaults) = (audience, defaults)
        givesOriginal = (maker ?? audience).givesOriginal(defaults)
    }
}

internal import Domain

/// An audience, and what it gets of the public images of others.
struct AudienceView {
    let audience: Audience
    let defaults: PublicDefaults

    init(_ audience: Audience, _ defaults: PublicDefaults) { (self.audience, self.defaults) = (audience, defaults) }
}

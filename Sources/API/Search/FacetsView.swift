internal import Domain

/// Counts of images by value, as JSON.
struct FacetsView: Encodable {
    private struct Value: Encodable {
        let value: String
        let count: Int64

        init(_ value: SearchFacets.Value) { (self.value, count) = (value.name, value.count) }
    }

    private let images: Int64
    private let exact: Bool
    private let years: [Value], cameras: [Value], tags: [Value], formats: [Value]
    /// Nil if none were asked for.
    private let attributes: [String: [Value]]?

    init(_ facets: SearchFacets) {
        (images, exact) = (facets.images, facets.isExact)
        (years, cameras) = (facets.years.map(Value.init), facets.cameras.map(Value.init))
        (tags, formats) = (facets.tags.map(Value.init), facets.formats.map(Value.init))
        attributes = facets.attributes.isEmpty ? nil : facets.attributes.mapValues { $0.map(Value.init) }
    }
}

/// A tag and how many images have it, as JSON.
struct TagView: Encodable {
    private let tag: String
    private let count: Int64

    init(_ tag: TagCount) { (self.tag, count) = (tag.tag, tag.count) }
}

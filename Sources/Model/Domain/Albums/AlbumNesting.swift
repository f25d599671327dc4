/// Whether an album may get a parent.
public enum AlbumNesting: Hashable, Sendable {
    case allowed
    /// The parent is the album itself, or in it.
    case cycle
    /// An album would be deeper than `Album.maximumDepth`.
    case tooDeep

    /// - Parameters:
    ///   - album: nil for one that does not exist yet.
    ///   - height: how many levels the album has, itself included.
    ///   - ancestors: the parent, its parent and so on, up to the one that has none or to `Album.maximumDepth` of them.
    public init(of album: AlbumID?, height: Int, below ancestors: [AlbumID]) {
        if let album, ancestors.contains(album) {
            self = .cycle
        } else {
            self = ancestors.count + height > Album.maximumDepth ? .tooDeep : .allowed
        }
    }
}

public import TextCoding

/// What somebody may do with an album. Each role may do what those before it may.
public enum AlbumRole: String, StringEnumeration, Comparable {
    /// Sees it.
    case viewer
    /// Adds own images, and removes those that it has added.
    case contributor
    /// Edits the album: what it says, its images, their order and its members.
    case manager
    /// Everything, also giving it another parent and deleting it.
    case owner

    /// The roles of members.
    public static let ofMembers: [AlbumRole] = [.viewer, .contributor, .manager]

    public static func < (left: AlbumRole, right: AlbumRole) -> Bool { left.rank < right.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// Somebody who sees an album because its owner or a manager lets them.
public struct AlbumMember: Hashable, Sendable {
    public let handle: Handle
    public let role: AlbumRole
    public let dateAdded: Timestamp

    public init(handle: Handle, role: AlbumRole, dateAdded: Timestamp) {
        (self.handle, self.role, self.dateAdded) = (handle, role, dateAdded)
    }
}

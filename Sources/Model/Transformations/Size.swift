/// The size of the result.
public enum Size: Hashable, Sendable {
    /// The size of the region, or the largest within the limits.
    case natural
    /// The size of the region, refused if the format cannot hold it.
    case whole
    /// The largest size within the limits.
    case largest
    /// A share of the region, in hundredths.
    case percent(Double, Enlargement)
    /// A box; if only one side is given, the other keeps the proportions.
    case box(width: Double?, height: Double?, Fit, Enlargement)

    /// How a picture is fitted into a box of other proportions.
    public enum Fit: Hashable, Sendable {
        /// As large as possible within the box.
        case inside
        /// As large as possible within the box, and background fills the rest.
        case contain(Gravity)
        /// As small as possible while it covers the box; parts beyond the edges are cut off.
        case cover(Gravity)
        /// Stretched to the box.
        case fill
    }

    /// What happens if the result would be larger than the region.
    public enum Enlargement: String, Hashable, Sendable {
        /// The box is reduced, and keeps its proportions.
        case never
        /// The request is refused.
        case refused
        /// The picture is enlarged.
        case allowed
    }
}

/// The position of a picture on a canvas, or of the part of it that is kept.
public enum Gravity: String, Hashable, Sendable, Codable, CaseIterable {
    case center, north, northeast, east, southeast, south, southwest, west, northwest
    /// The part that people look at first.
    case attention

    /// The offset of the picture's left and upper edges: 0, 1 or 2 halves of the free space.
    public var halves: (x: Int, y: Int) {
        switch self {
        case .center, .attention: (1, 1)
        case .north: (1, 0)
        case .northeast: (2, 0)
        case .east: (2, 1)
        case .southeast: (2, 2)
        case .south: (1, 2)
        case .southwest: (0, 2)
        case .west: (0, 1)
        case .northwest: (0, 0)
        }
    }
}

/// How large the result is to be.
public enum Size: Hashable, Sendable {
    /// As large as the region is.
    case natural
    /// As large as the limits allow.
    case largest
    /// A share of the region, in hundredths.
    case percent(Double, Enlargement)
    /// A box; if only one side is given, the other follows from the picture's shape.
    case box(width: Double?, height: Double?, Fit, Enlargement)

    /// How a picture goes into a box of another shape.
    public enum Fit: Hashable, Sendable {
        /// As large as fits; no side is longer than the box's.
        case inside
        /// As large as fits, and the rest of the box is background.
        case contain(Gravity)
        /// As small as covers the box, and what reaches over its edge is cut off.
        case cover(Gravity)
        /// Stretched to the box's shape.
        case fill
    }

    /// What happens if the result would have more pixels than there are.
    public enum Enlargement: String, Hashable, Sendable {
        /// The box becomes smaller, and keeps its shape.
        case never
        /// The request is refused.
        case refused
        /// Pixels are made up.
        case allowed
    }
}

/// The position of a picture on a canvas, or of the part of it that is kept.
public enum Gravity: String, Hashable, Sendable, Codable, CaseIterable {
    case center, north, northeast, east, southeast, south, southwest, west, northwest
    /// What a person would look at first.
    case attention

    /// The offset of the picture's left and upper edges: 0, 1 or 2 halves of the free room.
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

/// Quarter turns and a mirror: what makes a stored picture upright, or what a person has turned it by since.
public struct Orientation: Hashable, Sendable {
    /// Whether left and right are exchanged, before the turn.
    public let isMirrored: Bool
    /// Clockwise: 0, 90, 180 or 270.
    public let degrees: Int

    /// As the picture is.
    public static let upright = Orientation(isMirrored: false, quarterTurns: 0)

    /// All eight.
    public static let all = [false, true].flatMap { isMirrored in
        (0..<4).map { Orientation(isMirrored: isMirrored, quarterTurns: $0) }
    }

    private init(isMirrored: Bool, quarterTurns: Int) {
        self.isMirrored = isMirrored
        degrees = ((quarterTurns % 4) + 4) % 4 * 90
    }

    /// - Parameter degrees: clockwise; nil unless 0, 90, 180 or 270.
    public init?(isMirrored: Bool, degrees: Int) {
        guard [0, 90, 180, 270].contains(degrees) else { return nil }
        self.init(isMirrored: isMirrored, quarterTurns: degrees / 90)
    }

    /// What turns a picture of an Exif orientation upright (CIPA DC-008, 4.6.4 A); nil unless 1 to 8.
    public init?(exif: Int) {
        guard let turn = Self.exifTurns.first(where: { $0.exif == exif }) else { return nil }
        self.init(isMirrored: turn.isMirrored, quarterTurns: turn.quarterTurns)
    }

    /// The number in Exif: 1 to 8.
    public var exif: Int {
        Self.exifTurns.first { $0.isMirrored == isMirrored && $0.quarterTurns * 90 == degrees }?.exif ?? 1
    }

    private static let exifTurns: [(exif: Int, isMirrored: Bool, quarterTurns: Int)] = [
        (1, false, 0), (2, true, 0), (3, false, 2), (4, true, 2), (5, true, 3), (6, false, 1), (7, true, 1),
        (8, false, 3),
    ]

    /// This, and then another.
    public func followed(by next: Orientation) -> Orientation {
        // A mirror turns what was clockwise into its opposite.
        let turns = (next.isMirrored ? -degrees : degrees) / 90
        return Orientation(
            isMirrored: isMirrored != next.isMirrored, quarterTurns: turns + next.degrees / 90)
    }

    /// What takes this back.
    public var inverse: Orientation {
        Orientation(isMirrored: isMirrored, quarterTurns: (isMirrored ? degrees : -degrees) / 90)
    }

    /// Whether width and height are exchanged.
    public var isTransposing: Bool { degrees == 90 || degrees == 270 }
}

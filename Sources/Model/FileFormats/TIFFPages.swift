/// The pages of a TIFF file: directories in a chain, without those that hold a smaller copy of a picture (TIFF 6.0, section
/// 2, and `NewSubfileType` in section 8).
public struct TIFFPages: Sendable {
    /// One page.
    public struct Page: Hashable, Sendable {
        /// The position of its directory in the chain, from 0.
        public let directory: Int
        /// The position among the directories below that one (`SubIFDs`, TIFF Technical Note 1), from 0; nil for that
        /// directory itself.
        public let subdirectory: Int?
        /// 1 to 8.
        public let orientation: Int
    }

    /// In the order of the file, at least one.
    public let pages: [Page]
    /// The directory of the first page.
    let first: TIFFDirectory

    /// The maximum number of directories that are visited, and of those below one.
    private static let directoryLimit = 16_384, subdirectoryLimit = 32
    /// Bytes that are read at most.
    public static let budget = 16 << 20

    private static let newSubfileType = 0x00FE, subfileType = 0x00FF, subdirectories = 0x014A

    /// Reads the chain; nil if there is no directory in it. A chain that runs into itself ends there.
    ///
    /// - Throws: what the window's reader throws.
    public init?(_ file: inout ByteWindow) throws {
        guard let header = try TIFFHeader(&file) else { return nil }
        var (whole, reduced): ([Page], [Page]) = ([], [])
        var (first, below): (TIFFDirectory?, (page: Page, directory: TIFFDirectory)?)
        var (offset, visited): (Int64?, Set<Int64>) = (header.firstDirectory, [])
        while let place = offset, visited.count < Self.directoryLimit, visited.insert(place).inserted,
            let directory = try TIFFDirectory(&file, header: header, at: place)
        {
            let page = Page(
                directory: visited.count - 1, subdirectory: nil, orientation: try Self.orientation(directory, &file))
            if try Self.isReduced(directory, &file) {
                reduced.append(page)
                if below == nil { below = try Self.below(directory, page, header, &file) }
                if first == nil, whole.isEmpty, reduced.count == 1 { first = directory }
            } else {
                if whole.isEmpty { first = directory }
                whole.append(page)
            }
            offset = directory.next
        }
        guard let first else { return nil }
        if whole.isEmpty, let below {
            (pages, self.first) = ([below.page], below.directory)
        } else {
            (pages, self.first) = (whole.isEmpty ? [reduced[0]] : whole, first)
        }
    }

    /// The first directory below another that holds no smaller copy.
    private static func below(
        _ directory: TIFFDirectory, _ page: Page, _ header: TIFFHeader, _ file: inout ByteWindow
    ) throws -> (Page, TIFFDirectory)? {
        let offsets = try directory.entry(subdirectories)?.integers(&file, limit: subdirectoryLimit) ?? []
        for (index, offset) in offsets.enumerated() {
            guard let found = try TIFFDirectory(&file, header: header, at: offset), try !isReduced(found, &file) else {
                continue
            }
            let orientation =
                try found.entry(ExifTags.orientation) == nil ? page.orientation : orientation(found, &file)
            return (Page(directory: page.directory, subdirectory: index, orientation: orientation), found)
        }
        return nil
    }

    private static func isReduced(_ directory: TIFFDirectory, _ file: inout ByteWindow) throws -> Bool {
        if let type = try directory.entry(newSubfileType)?.integers(&file, limit: 1).first { return type & 1 == 1 }
        return try directory.entry(subfileType)?.integers(&file, limit: 1).first == 2
    }

    private static func orientation(_ directory: TIFFDirectory, _ file: inout ByteWindow) throws -> Int {
        let stated = try directory.entry(ExifTags.orientation)?.integers(&file, limit: 1).first ?? 1
        return (1...8).contains(stated) ? Int(stated) : 1
    }
}

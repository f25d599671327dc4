internal import Domain

/// Dates in Exif (CIPA DC-008-2019, section 4.6.5, and section 4.6.4 for `DateTime`).
enum ExifDate {
    /// A date with the tags of its fraction of a second and of its offset from UTC.
    private struct Tags {
        let date: Int, fraction: Int, offset: Int
        let source: TakenDate.Source
    }

    private static let original = Tags(date: 0x9003, fraction: 0x9291, offset: 0x9011, source: .original)
    private static let digitized = Tags(date: 0x9004, fraction: 0x9292, offset: 0x9012, source: .digitized)
    private static let changed = Tags(date: 0x0132, fraction: 0x9290, offset: 0x9010, source: .changed)

    private static let satelliteDate = 0x1D, satelliteTime = 0x07

    /// The date taken, by the first of these that holds a date: the moment of exposure, of digitizing, of GPS, and of
    /// the last change of the file.
    static func taken(_ directories: ExifDirectories, _ file: inout ByteWindow) throws -> TakenDate? {
        try date(original, directories, &file) ?? date(digitized, directories, &file) ?? satellite(directories, &file)
            ?? date(changed, directories, &file)
    }

    private static func date(
        _ tags: Tags, _ directories: ExifDirectories, _ file: inout ByteWindow
    ) throws -> TakenDate? {
        // Scanners and raw converters write them in the first directory as well (ISO 12234-2).
        func text(_ tag: Int) throws -> String? {
            try ExifReader.text(directories.photo, tag, &file) ?? ExifReader.text(directories.image, tag, &file)
        }
        guard let written = try text(tags.date).flatMap({ ExifDateText($0) }) else { return nil }
        let fraction = try written.milliseconds ?? text(tags.fraction).flatMap { ExifDateText.milliseconds($0.utf8) }
        let offset = try written.offset ?? text(tags.offset).flatMap { UTCOffset($0) }
        return TakenDate(
            local: written.local, milliseconds: written.precision == .second ? fraction : nil,
            precision: written.precision, offset: offset, source: tags.source)
    }

    /// Satellites state their time in UTC.
    private static func satellite(_ directories: ExifDirectories, _ file: inout ByteWindow) throws -> TakenDate? {
        guard let date = try ExifReader.text(directories.gps, satelliteDate, &file),
            let clock = try directories.gps?.entry(satelliteTime)?.numbers(&file, limit: 3), clock.count == 3,
            clock.allSatisfy({ $0 >= 0 && $0 < 60 }),
            let written = ExifDateText("\(date) \(two(clock[0])):\(two(clock[1])):\(two(clock[2]))")
        else { return nil }
        return TakenDate(local: written.local, offset: UTCOffset(minutes: 0), source: .gps)
    }

    private static func two(_ number: Double) -> String {
        let whole = Int(number)
        return whole < 10 ? "0\(whole)" : "\(whole)"
    }
}

internal import Domain

/// Dates as Exif writes them: `YYYY:MM:DD HH:MM:SS`, with no time zone unless a field of its own says so.
enum ExifDate {
    /// The date taken: by the camera's clock, or otherwise by GPS.
    static func taken(_ directories: ExifDirectories, _ file: inout ByteWindow) throws -> TakenDate? {
        if let text = try ExifReader.text(directories.photo, ExifTags.dateTimeOriginal, &file),
            let local = civilTime(text)
        {
            let offset = try ExifReader.text(directories.photo, ExifTags.offsetTimeOriginal, &file)
            return TakenDate(local: local, offset: offset.flatMap { UTCOffset($0) }, source: .original)
        }
        guard let date = try ExifReader.text(directories.gps, 0x1D, &file),
            let clock = try directories.gps?.entry(0x07)?.numbers(&file, limit: 3), clock.count == 3,
            clock.allSatisfy({ $0 >= 0 && $0 < 60 }),
            let utc = civilTime("\(date) \(two(clock[0])):\(two(clock[1])):\(two(clock[2]))")
        else { return nil }
        return TakenDate(local: utc, offset: UTCOffset(minutes: 0), source: .gps)
    }

    /// Parses a date and a time; nil for zeros, for malformed text, and for days that do not exist.
    ///
    /// Hyphens, slashes and full stops are accepted instead of colons, because some programs write them; fractions of a
    /// second and what follows are ignored.
    static func civilTime(_ text: String) -> CivilTime? {
        let characters = Array(text.utf8.prefix(19))
        guard characters.count == 19 else { return nil }
        var fields: [Int] = []
        for range in [0..<4, 5..<7, 8..<10, 11..<13, 14..<16, 17..<19] {
            // Some cameras write a leading space instead of a zero.
            let digits = characters[range].map { $0 == 0x20 ? UInt8(ascii: "0") : $0 }
            guard digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
            fields.append(digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) })
        }
        let dateSeparators = Array(":-/.".utf8)
        guard dateSeparators.contains(characters[4]), dateSeparators.contains(characters[7]),
            Array(" T:".utf8).contains(characters[10]), characters[13] == UInt8(ascii: ":"),
            characters[16] == UInt8(ascii: ":")
        else { return nil }
        return CivilTime(
            year: fields[0], month: fields[1], day: fields[2], hour: fields[3], minute: fields[4], second: fields[5])
    }

    private static func two(_ number: Double) -> String {
        let whole = Int(number)
        return whole < 10 ? "0\(whole)" : "\(whole)"
    }
}

internal import Domain

/// All Exif tags by name, within bounds.
enum ExifRecord {
    /// The maximum number of numbers of a tag.
    private static let valueLimit = 32

    /// The groups that have tags; nil if none has.
    static func record(_ directories: ExifDirectories, _ file: inout ByteWindow) throws -> JSONValue? {
        var room = ExifReader.recordLimit
        var groups: [String: JSONValue] = [:]
        for (name, directory, tags) in [
            ("image", directories.image, ExifTags.image), ("photo", directories.photo, ExifTags.photo),
            ("gps", directories.gps, ExifTags.gps),
        ] {
            guard let directory else { continue }
            let members = try group(directory, names: tags, room: &room, &file)
            if !members.isEmpty { groups[name] = .object(members) }
        }
        return groups.isEmpty ? nil : .object(groups)
    }

    private static func group(
        _ directory: TIFFDirectory, names: [Int: String], room: inout Int, _ file: inout ByteWindow
    ) throws -> [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        for entry in directory.entries where !ExifTags.structural.contains(entry.tag) {
            let name = names[entry.tag] ?? "0x" + hexadecimal(entry.tag)
            guard members[name] == nil, let value = try value(entry, &file) else { continue }
            room -= name.utf8.count + 8 + size(value)
            if room < 0 { break }
            members[name] = value
        }
        return members
    }

    private static func value(_ entry: TIFFEntry, _ file: inout ByteWindow) throws -> JSONValue? {
        switch entry.kind {
        case .ascii:
            guard let bytes = try entry.bytes(&file, limit: ExifText.limit) else { return nil }
            return .string(ExifText.decode(bytes))
        case .byte where (0x9C9B...0x9C9F).contains(entry.tag):
            return try entry.bytes(&file, limit: ExifText.limit).map { .string(ExifText.decodeWide($0)) }
        case .undefined: return try undefined(entry, &file)
        case .rational, .signedRational, .float, .double:
            guard entry.count <= valueLimit else { return summary(entry) }
            return sequence(try entry.numbers(&file, limit: valueLimit).map { $0.isFinite ? .number($0) : .null })
        default:
            guard entry.count <= valueLimit else { return summary(entry) }
            return sequence(try entry.integers(&file, limit: valueLimit).map { .integer($0) })
        }
    }

    /// Versions are text, comments have a character code, short values are listed, and of others only the length is
    /// recorded.
    private static func undefined(_ entry: TIFFEntry, _ file: inout ByteWindow) throws -> JSONValue? {
        guard let bytes = try entry.bytes(&file, limit: ExifText.limit) else { return nil }
        if [ExifTags.userComment, 0x1B, 0x1C].contains(entry.tag) {
            return ExifText.decodeTagged(bytes, order: entry.order).map { .string($0) }
        }
        if [0x9000, 0xA000].contains(entry.tag) { return .string(ExifText.decode(bytes)) }
        return entry.count <= 8 ? sequence(bytes.map { .integer(Int64($0)) }) : summary(entry)
    }

    private static func sequence(_ values: [JSONValue]) -> JSONValue? {
        values.count > 1 ? .array(values) : values.first
    }

    private static func summary(_ entry: TIFFEntry) -> JSONValue {
        .string(entry.kind.width == 1 ? "(\(entry.count) bytes)" : "(\(entry.count) values)")
    }

    /// The approximate size of a value as JSON, in bytes.
    private static func size(_ value: JSONValue) -> Int {
        switch value {
        case .string(let text): text.utf8.count + 2
        case .array(let values): values.reduce(2) { $0 + size($1) + 1 }
        default: 16
        }
    }

    private static func hexadecimal(_ tag: Int) -> String {
        let digits = String(tag, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

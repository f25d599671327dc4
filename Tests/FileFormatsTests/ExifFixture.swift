/// Builds Exif blocks with the lower byte first.
struct ExifFixture {
    enum Value {
        case text(String)
        case shorts([UInt16])
        case longs([UInt32])
        /// Pairs of numerator and denominator; the type may be signed.
        case fractions([(Int32, Int32)], isSigned: Bool = false)

        fileprivate var type: UInt16 {
            switch self {
            case .text: 2
            case .shorts: 3
            case .longs: 4
            case .fractions(_, let isSigned): isSigned ? 10 : 5
            }
        }

        fileprivate var count: Int {
            switch self {
            case .text(let text): text.utf8.count + 1
            case .shorts(let numbers): numbers.count
            case .longs(let numbers): numbers.count
            case .fractions(let pairs, _): pairs.count
            }
        }

        fileprivate var bytes: [UInt8] {
            switch self {
            case .text(let text): Array(text.utf8) + [0]
            case .shorts(let numbers): numbers.flatMap { little(UInt32($0), 2) }
            case .longs(let numbers): numbers.flatMap { little($0, 4) }
            case .fractions(let pairs, _):
                pairs.flatMap { little(UInt32(bitPattern: $0.0), 4) + little(UInt32(bitPattern: $0.1), 4) }
            }
        }
    }

    /// Tags with their values, in the order in which they are written.
    var image: [(tag: UInt16, value: Value)] = []
    var photo: [(tag: UInt16, value: Value)] = []
    var gps: [(tag: UInt16, value: Value)] = []

    var block: [UInt8] {
        var first = image
        if !photo.isEmpty { first.append((0x8769, .longs([0]))) }
        if !gps.isEmpty { first.append((0x8825, .longs([0]))) }
        let start = 8
        let photoStart = start + Self.length(first)
        let gpsStart = photoStart + (photo.isEmpty ? 0 : Self.length(photo))
        first = first.map { entry in
            switch entry.tag {
            case 0x8769: (entry.tag, .longs([UInt32(photoStart)]))
            case 0x8825: (entry.tag, .longs([UInt32(gpsStart)]))
            default: entry
            }
        }
        return [0x49, 0x49, 42, 0] + little(UInt32(start), 4) + Self.directory(first, at: start)
            + (photo.isEmpty ? [] : Self.directory(photo, at: photoStart))
            + (gps.isEmpty ? [] : Self.directory(gps, at: gpsStart))
    }

    private static func length(_ entries: [(tag: UInt16, value: Value)]) -> Int {
        2 + 12 * entries.count + 4 + entries.map { $0.value.bytes.count }.filter { $0 > 4 }.reduce(0, +)
    }

    private static func directory(_ entries: [(tag: UInt16, value: Value)], at start: Int) -> [UInt8] {
        var (fields, values): ([UInt8], [UInt8]) = ([], [])
        let valuesStart = start + 2 + 12 * entries.count + 4
        for entry in entries {
            let bytes = entry.value.bytes
            fields += little(UInt32(entry.tag), 2) + little(UInt32(entry.value.type), 2)
            fields += little(UInt32(entry.value.count), 4)
            if bytes.count > 4 {
                fields += little(UInt32(valuesStart + values.count), 4)
                values += bytes
            } else {
                fields += bytes + [UInt8](repeating: 0, count: 4 - bytes.count)
            }
        }
        return little(UInt32(entries.count), 2) + fields + little(0, 4) + values
    }
}

/// A number in so many bytes, the lower ones first.
func little(_ number: UInt32, _ width: Int) -> [UInt8] { (0..<width).map { UInt8(number >> (8 * $0) & 255) } }

/// A number in four bytes, the higher ones first.
func big(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(number >> (24 - 8 * $0) & 255) } }

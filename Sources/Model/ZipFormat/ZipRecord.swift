/// Builds a record; numbers are little-endian (section 4.1.9).
struct ZipRecord {
    var bytes: [UInt8] = []

    init(signature: UInt32) { append32(signature) }

    mutating func append16(_ number: Int) { append(UInt64(truncatingIfNeeded: number), width: 2) }
    mutating func append32(_ number: UInt32) { append(UInt64(number), width: 4) }
    mutating func append64(_ number: Int64) { append(UInt64(bitPattern: number), width: 8) }

    private mutating func append(_ number: UInt64, width: UInt64) {
        for index in 0..<width { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * index))) }
    }
}

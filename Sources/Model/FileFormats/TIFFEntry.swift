/// One field of a directory: a tag, a type, and the position of its values.
struct TIFFEntry {
    /// The types of values, with their numbers (TIFF 6.0, section 2; BigTIFF).
    enum Kind: Int {
        case byte = 1, ascii, short, long, rational, signedByte, undefined, signedShort, signedLong, signedRational
        case float, double, directory
        case long8 = 16, signedLong8, directory8

        /// Bytes of one value.
        var width: Int {
            switch self {
            case .byte, .ascii, .signedByte, .undefined: 1
            case .short, .signedShort: 2
            case .long, .signedLong, .float, .directory: 4
            case .rational, .signedRational, .double, .long8, .signedLong8, .directory8: 8
            }
        }

        var isSigned: Bool { [.signedByte, .signedShort, .signedLong, .signedLong8].contains(self) }
    }

    let tag: Int
    let kind: Kind
    /// The number of values that the file states.
    let count: UInt64
    let order: ByteOrder
    /// The offset of the values in the window.
    let position: Int64

    /// Nil for a type that is unknown or an offset that cannot be.
    init?(_ bytes: ArraySlice<UInt8>, at place: Int64, header: TIFFHeader) {
        let offsetWidth = header.isBig ? 8 : 4
        order = header.order
        guard let tag = order.uint16(bytes, at: 0), let kind = order.uint16(bytes, at: 2).flatMap(Kind.init(rawValue:)),
            let count = order.number(bytes, at: 4, width: offsetWidth),
            let offset = order.number(bytes, at: 4 + offsetWidth, width: offsetWidth).flatMap(Int64.init(exactly:))
        else { return nil }
        (self.tag, self.kind, self.count) = (tag, kind, count)
        let (length, isTooLong) = count.multipliedReportingOverflow(by: UInt64(kind.width))
        if !isTooLong, length <= UInt64(offsetWidth) {
            position = place + 4 + Int64(offsetWidth)
        } else {
            let (sum, isTooFar) = offset.addingReportingOverflow(header.base)
            guard !isTooFar else { return nil }
            position = sum
        }
    }

    /// The bytes of the first `limit` values at most; nil if they are not all in the file.
    func bytes(_ file: inout ByteWindow, limit: Int) throws -> [UInt8]? {
        let values = Int(min(count, UInt64(max(0, limit))))
        return try file.bytes(at: position, count: values * kind.width)
    }

    /// The first `limit` whole numbers; empty if they are not in the file, or are no whole numbers.
    func integers(_ file: inout ByteWindow, limit: Int) throws -> [Int64] {
        guard ![.rational, .signedRational, .float, .double].contains(kind),
            let bytes = try bytes(&file, limit: limit)
        else { return [] }
        return stride(from: 0, to: bytes.count, by: kind.width).map { offset in
            let number = order.number(bytes, at: offset, width: kind.width) ?? 0
            guard kind.isSigned else { return Int64(clamping: number) }
            let unused = 64 - kind.width * 8
            return (Int64(truncatingIfNeeded: number) << unused) >> unused
        }
    }

    /// Up to `limit` numbers; a fraction with no denominator is NaN.
    func numbers(_ file: inout ByteWindow, limit: Int) throws -> [Double] {
        switch kind {
        case .rational, .signedRational: return try fractions(&file, limit: limit)
        case .float, .double:
            guard let bytes = try bytes(&file, limit: limit) else { return [] }
            return stride(from: 0, to: bytes.count, by: kind.width).map { offset in
                let bits = order.number(bytes, at: offset, width: kind.width) ?? 0
                return kind == .float
                    ? Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits))) : Double(bitPattern: bits)
            }
        default: return try integers(&file, limit: limit).map(Double.init)
        }
    }

    private func fractions(_ file: inout ByteWindow, limit: Int) throws -> [Double] {
        guard let bytes = try bytes(&file, limit: limit) else { return [] }
        return stride(from: 0, to: bytes.count, by: 8).map { offset in
            let parts = [offset, offset + 4].map { place -> Double in
                let bits = UInt32(truncatingIfNeeded: order.number(bytes, at: place, width: 4) ?? 0)
                return kind == .rational ? Double(bits) : Double(Int32(bitPattern: bits))
            }
            return parts[1] == 0 ? .nan : parts[0] / parts[1]
        }
    }
}

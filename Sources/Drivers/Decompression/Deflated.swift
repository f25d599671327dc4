internal import CZlib

/// Bytes in the wrapper of zlib (RFC 1950).
public enum Deflated {
    /// The bytes that were compressed; nil if the data are damaged or cut off, or expand beyond `limit` bytes.
    public static func expand(_ data: [UInt8], limit: Int) -> [UInt8]? {
        var expanded: Int?
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { output, count in
            var length = uLongf(limit)
            let status = uncompress(output.baseAddress, &length, data, uLong(data.count))
            expanded = status == Z_OK ? Int(length) : nil
            count = expanded ?? 0
        }
        return expanded == nil ? nil : bytes
    }
}

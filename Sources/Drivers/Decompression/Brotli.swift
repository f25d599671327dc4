internal import CBrotli

/// Bytes that Brotli has compressed (RFC 7932).
public enum Brotli {
    /// The bytes that were compressed; nil if the data are damaged or cut off, or expand beyond `limit` bytes.
    public static func expand(_ data: [UInt8], limit: Int) -> [UInt8]? {
        var expanded: Int?
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { output, count in
            var length = limit
            let result = BrotliDecoderDecompress(data.count, data, &length, output.baseAddress)
            expanded = result == BROTLI_DECODER_RESULT_SUCCESS ? length : nil
            count = expanded ?? 0
        }
        return expanded == nil ? nil : bytes
    }
}

internal import CSystem

/// Search for runs of bytes, by the C library's vectorised code.
public enum ByteSearch {
    /// The offset at which the pattern first occurs; nil if it does not.
    public static func find(_ pattern: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        bytes.withUnsafeBytes { haystack in
            guard let base = haystack.baseAddress,
                let found = tintype_find(base, haystack.count, pattern, pattern.count)
            else { return nil }
            return bytes.startIndex + (found - base)
        }
    }
}

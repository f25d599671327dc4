internal import CSodium

/// Cryptographically random bytes.
public enum RandomBytes {
    /// - Parameter count: how many.
    public static func make(_ count: Int) throws(SodiumFailure) -> [UInt8] {
        try prepare()
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            if let base = buffer.baseAddress { randombytes_buf(base, count) }
            filled = count
        }
    }
}

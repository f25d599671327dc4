internal import CSodium

/// libsodium cannot do its work: there is no memory for it, or no randomness.
public struct SodiumFailure: Error {
    let operation: String
}

/// Checks a return code of libsodium.
func check(_ operation: String, _ code: Int32) throws(SodiumFailure) {
    if code != 0 { throw SodiumFailure(operation: operation) }
}

/// To be called before anything else of the library; repeating it does nothing.
func prepare() throws(SodiumFailure) {
    if sodium_init() < 0 { throw SodiumFailure(operation: "start") }
}

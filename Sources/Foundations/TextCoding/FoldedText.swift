@_spi(_Unicode) import Swift

extension String {
    /// The text as searches compare it: composed (NFC), without regard to case, and without the marks that stand over
    /// and under letters (U+0300 to U+036F): `Café`, `CAFE` and `Cafe` with a combining accent are one.
    ///
    /// Other marks, such as vowel signs of Indic scripts, make another word and stay. Normalising is in the standard
    /// library, though not yet in its public interface; it is used in this file only.
    public var folded: String {
        if utf8.allSatisfy({ $0 < 0x80 }) { return lowercased() }
        // Upper case first: `ß` and `SS`, `ς` and `σ`, `ı` and `I` are then one.
        let lower = uppercased().lowercased()
        var plain = String.UnicodeScalarView()
        plain.append(contentsOf: lower._nfd.lazy.filter { !(0x0300...0x036F).contains($0.value) })
        return String(plain).composed
    }

    /// The text in normalisation form C: each letter with its accents is one code point where there is one.
    public var composed: String {
        if utf8.allSatisfy({ $0 < 0x80 }) { return self }
        var composed = String.UnicodeScalarView()
        composed.append(contentsOf: _nfc)
        return String(composed)
    }
}

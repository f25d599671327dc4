internal import TextCoding

/// Gives each file of a folder a unique name, even on file systems that ignore case and the form of accents.
///
/// It stores a hash of 16 bytes for each name, not the names; a collision only adds a number to a name.
public struct UniqueNames: Sendable {
    /// The last number, by the hash of a name.
    private var numbers: [UInt64: UInt32] = [:]

    public init() {}

    /// `Lake.jpg`, then `Lake (2).jpg`, and so on.
    public mutating func name(stem: String, extension ending: String) -> String {
        let plain = "\(stem).\(ending)"
        let mark = Self.mark(plain)
        guard let last = numbers[mark] else {
            numbers[mark] = 1
            return plain
        }
        var number = last
        while true {
            number += 1
            let numbered = "\(stem) (\(number)).\(ending)"
            let numberedMark = Self.mark(numbered)
            if numbers[numberedMark] == nil {
                numbers[numberedMark] = 1
                numbers[mark] = number
                return numbered
            }
        }
    }

    /// FNV-1a, 64 bits, of the name without case: the same in every process, so that the
    /// same images always get the same names.
    private static func mark(_ name: String) -> UInt64 {
        // Upper case first: some file systems treat `ß` and `SS` as equal.
        name.uppercased().lowercased().composed.utf8.reduce(0xCBF2_9CE4_8422_2325) { hash, byte in
            (hash ^ UInt64(byte)) &* 0x100_0000_01B3
        }
    }
}

/// The arguments of this program, without loss.
///
/// An argument is bytes, and a file's name need not be UTF-8; the standard library repairs it, which makes the file
/// inaccessible. Here each byte that is not valid UTF-8 becomes NUL and two hexadecimal digits: NUL cannot occur
/// in an argument, so the form is unambiguous.
public enum ProgramArguments {
    /// All arguments, the program's own name first.
    public static var all: [String] {
        (0..<Int(CommandLine.argc)).map { index in
            guard let argument = CommandLine.unsafeArgv[index] else { return "" }
            return text(of: UnsafeBufferPointer(start: argument, count: length(argument)).map(UInt8.init(bitPattern:)))
        }
    }

    private static func length(_ argument: UnsafeMutablePointer<CChar>) -> Int {
        var length = 0
        while argument[length] != 0 { length += 1 }
        return length
    }

    /// Bytes as text without loss.
    public static func text(of bytes: [UInt8]) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        var text = ""
        var rest = bytes[...]
        while let first = rest.first {
            let length = (1...4).first { count in
                rest.count >= count && String(validating: rest.prefix(count), as: UTF8.self) != nil
            }
            if let length {
                text += String(decoding: rest.prefix(length), as: UTF8.self)
                rest = rest.dropFirst(length)
            } else {
                text += "\0" + hexadecimal(first >> 4) + hexadecimal(first & 15)
                rest = rest.dropFirst()
            }
        }
        return text
    }

    /// The bytes of an argument's text.
    public static func bytes(of text: String) -> [UInt8] {
        let escaped = Array(text.utf8)
        var bytes: [UInt8] = []
        var index = 0
        while index < escaped.count {
            if escaped[index] == 0, index + 2 < escaped.count,
                let value = UInt8(String(decoding: escaped[index + 1...index + 2], as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                index += 3
            } else {
                bytes.append(escaped[index])
                index += 1
            }
        }
        return bytes
    }

    private static func hexadecimal(_ digit: UInt8) -> String { String(digit, radix: 16) }
}

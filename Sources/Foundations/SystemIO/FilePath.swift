internal import Glibc

/// A path of the system: bytes, which need not be text.
public struct FilePath: Hashable, Sendable, CustomStringConvertible {
    /// Without NUL.
    public let bytes: [UInt8]

    /// Nil if one of the bytes is NUL.
    public init?(bytes: [UInt8]) {
        if bytes.contains(0) { return nil }
        self.bytes = bytes
    }

    /// Converts text, or an argument from `ProgramArguments`.
    public init(_ text: String) { bytes = ProgramArguments.bytes(of: text).filter { $0 != 0 } }

    /// The path of a name in this folder.
    public func appending(_ name: FilePath) -> FilePath {
        if bytes.isEmpty { return name }
        let separator: [UInt8] = bytes.last == UInt8(ascii: "/") ? [] : [UInt8(ascii: "/")]
        return FilePath(unchecked: bytes + separator + name.bytes)
    }

    /// The path of a name in this folder.
    public func appending(_ name: String) -> FilePath { appending(FilePath(name)) }

    /// The path with more characters at its end.
    public func appending(suffix: String) -> FilePath { FilePath(unchecked: bytes + FilePath(suffix).bytes) }

    /// The folder that the path lies in; `.` for a bare name.
    public var parent: FilePath {
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return FilePath(".") }
        return slash == bytes.startIndex ? FilePath("/") : FilePath(unchecked: Array(bytes[..<slash]))
    }

    /// The folder that this process works in.
    public static func currentFolder() throws(SystemError) -> FilePath {
        var buffer = [CChar](repeating: 0, count: 1 << 16)
        guard getcwd(&buffer, buffer.count) != nil else { throw SystemError(code: errno, "find the current folder") }
        return FilePath(unchecked: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) })
    }

    /// The path from the root. A relative path is taken to be below `folder`.
    public func absolute(in folder: FilePath) -> FilePath {
        bytes.first == UInt8(ascii: "/") ? self : folder.appending(self)
    }

    /// The part after the last slash; the whole path if there is none.
    public var lastComponent: FilePath {
        let end = bytes.lastIndex { $0 != UInt8(ascii: "/") }.map { $0 + 1 } ?? 0
        let start = bytes[..<end].lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
        return FilePath(unchecked: Array(bytes[start..<end]))
    }

    /// The path as text, with U+FFFD for bytes that are not UTF-8: for people, never for the system.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    public var description: String { text }

    /// Whether it is text.
    public var isText: Bool { String(validating: bytes, as: UTF8.self) != nil }

    /// The path as a C string.
    var terminated: [CChar] { bytes.map { CChar(bitPattern: $0) } + [0] }

    private init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}

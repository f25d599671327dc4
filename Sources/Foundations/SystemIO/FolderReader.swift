internal import Glibc

/// Reads the names of a folder, one after another: never all at once.
public final class FolderReader {
    /// The folder, to open what is in it.
    public let folder: FileDescriptor
    private let stream: OpaquePointer

    /// - Throws: `SystemError`, with `ENOTDIR` if it is no folder.
    public init(_ folder: FileDescriptor) throws(SystemError) {
        self.folder = folder
        let number = try folder.duplicate()
        guard let stream = fdopendir(number) else {
            let code = errno
            close(number)
            throw SystemError(code: code, "list a folder")
        }
        self.stream = stream
    }

    deinit { closedir(stream) }

    /// The next name, without `.` and `..`, in the order of the file system; nil at the end.
    public func next() throws(SystemError) -> FilePath? {
        while true {
            // At the end and after a failure the result is nil: only the error number distinguishes them.
            errno = 0
            guard let entry = readdir(stream) else {
                if errno != 0 { throw SystemError(code: errno, "list a folder") }
                return nil
            }
            let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if bytes != [UInt8(ascii: ".")], bytes != [UInt8(ascii: "."), UInt8(ascii: ".")],
                let name = FilePath(bytes: bytes)
            {
                return name
            }
        }
    }
}

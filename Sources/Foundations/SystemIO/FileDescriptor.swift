internal import Glibc
internal import CSystem

/// An open file, socket or pipe of the system, closed with its last reference.
public final class FileDescriptor: Sendable {
    /// The number, valid while this object lives.
    public let number: Int32

    /// Takes ownership of an open descriptor.
    public init(owning number: Int32) { self.number = number }

    deinit { close(number) }

    /// A duplicate of a descriptor by its number, such as standard output.
    public convenience init(duplicating number: Int32) throws(SystemError) {
        self.init(owning: try check("duplicate a descriptor") { tintype_fcntl(number, F_DUPFD_CLOEXEC, 0) })
    }

    /// A duplicate of the descriptor, for a callee that closes it.
    public func duplicate() throws(SystemError) -> Int32 {
        try check("duplicate a descriptor") { tintype_fcntl(number, F_DUPFD_CLOEXEC, 0) }
    }

    /// Bytes of the file.
    public func size() throws(SystemError) -> Int64 {
        var status = stat()
        try check("read a file's size") { fstat(number, &status) }
        return Int64(status.st_size)
    }

    /// Writes all of the bytes at the descriptor's position.
    public func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
        var rest = bytes
        while let base = rest.baseAddress, !rest.isEmpty {
            let written = try check("write to a file") { Glibc.write(number, base, rest.count) }
            rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
    }

    /// Writes all of the bytes at the descriptor's position.
    public func write(_ bytes: [UInt8]) throws(SystemError) {
        let result = bytes.withUnsafeBytes { buffer in
            Result { () throws(SystemError) in try write(buffer) }
        }
        try result.get()
    }

    /// Reads at most `count` bytes from `offset`; fewer only at the end of the file.
    public func read(at offset: Int64, count: Int) throws(SystemError) -> [UInt8] {
        var failure: SystemError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            do throws(SystemError) {
                filled = try read(at: offset, into: UnsafeMutableRawBufferPointer(buffer))
            } catch {
                filled = 0
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Fills a buffer from `offset`, and returns the number of bytes: fewer than its size only at the end of the file.
    public func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
        var filled = 0
        while filled < buffer.count, let base = buffer.baseAddress {
            let got = try check("read a file") {
                pread(number, base + filled, buffer.count - filled, off_t(offset) + off_t(filled))
            }
            if got == 0 { break }
            filled += got
        }
        return filled
    }

    /// Tells the system that the beginning of the file is about to be read. It may do nothing about it.
    public func willBeRead(bytes: Int64) { posix_fadvise(number, 0, off_t(bytes), POSIX_FADV_WILLNEED) }

    /// Lets the system begin to write the file's data to the disk, without waiting. It may do nothing about it.
    public func beginWriting() { tintype_begin_writing(number) }

    /// Waits until data and size are on stable storage (fdatasync).
    public func synchronize() throws(SystemError) {
        try check("bring a file to stable storage") { fdatasync(number) }
    }
}

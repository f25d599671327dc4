internal import CVips
internal import Glibc

/// The mapped bytes of an open file, or bytes in memory. The file's position does not change, so other processes may read
/// the same descriptor.
///
/// Not `Sendable`: it stays on the thread that created it. If the file is truncated while it is mapped, the process
/// ends.
public final class VipsSource {
    let pointer: UnsafeMutablePointer<CVips.VipsSource>
    private let mapping: UnsafeMutableRawPointer
    /// Bytes of the file, at least 1.
    public let count: Int

    /// Maps a file; the caller keeps the descriptor.
    ///
    /// Images that are loaded from the source must not outlive it.
    public init(mapping descriptor: Int32) throws(VipsError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size > 0,
            let mapping = mmap(nil, status.st_size, PROT_READ, MAP_PRIVATE, descriptor, 0), mapping != MAP_FAILED
        else { throw VipsError(taking: "map a file") }
        guard let pointer = vips_source_new_from_memory(mapping, status.st_size) else {
            munmap(mapping, status.st_size)
            throw VipsError(taking: "open a source")
        }
        (self.mapping, self.pointer, count) = (mapping, pointer, status.st_size)
    }

    /// A copy of bytes.
    public init(_ bytes: [UInt8]) throws(VipsError) {
        let mapping = mmap(nil, max(1, bytes.count), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard !bytes.isEmpty, let mapping, mapping != MAP_FAILED else { throw VipsError(taking: "hold bytes") }
        bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(start: mapping, count: bytes.count).copyMemory(from: $0) }
        guard let pointer = vips_source_new_from_memory(mapping, bytes.count) else {
            munmap(mapping, bytes.count)
            throw VipsError(taking: "open a source")
        }
        (self.mapping, self.pointer, count) = (mapping, pointer, bytes.count)
    }

    deinit {
        g_object_unref(pointer)
        munmap(mapping, count)
    }

    /// Up to `wanted` bytes from `offset`; fewer at the end.
    public func bytes(at offset: Int64, count wanted: Int) -> [UInt8] {
        guard offset >= 0, offset < count, wanted > 0 else { return [] }
        let length = min(wanted, count - Int(offset))
        return [UInt8](UnsafeRawBufferPointer(start: mapping + Int(offset), count: length))
    }

    /// A view of the bytes for operations that do not accept a source.
    func withBlob<Result>(_ body: (UnsafeMutablePointer<VipsBlob>) throws(VipsError) -> Result) throws(VipsError)
        -> Result
    {
        let blob = try check("lend bytes", vips_blob_new(nil, mapping, count))
        defer { vips_area_unref(UnsafeMutableRawPointer(blob).assumingMemoryBound(to: VipsArea.self)) }
        return try body(blob)
    }
}

/// A target for encoded bytes: an open file, written from its current position on.
public final class VipsTarget {
    let pointer: UnsafeMutablePointer<CVips.VipsTarget>

    /// Writes to a descriptor that the caller keeps.
    public init(descriptor: Int32) throws(VipsError) {
        pointer = try check("open a target", vips_target_new_to_descriptor(descriptor))
    }

    deinit { g_object_unref(pointer) }
}

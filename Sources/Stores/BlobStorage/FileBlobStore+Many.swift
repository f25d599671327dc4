public import Domain
internal import Runtime
public import SystemIO
internal import Glibc

extension FileBlobStore {
    /// Files that one call looks at: a change of threads costs more than a look.
    private static let batch = 64

    /// Bytes of each of some kept files, in their order; nil where there is none. As many at once as there are threads.
    public func sizes(of keys: [BlobKey]) async throws -> [Int64?] {
        try await withThrowingTaskGroup(of: (Int, [Int64?]).self) { group in
            for start in stride(from: 0, to: keys.count, by: Self.batch) {
                let paths = keys[start..<min(start + Self.batch, keys.count)].map(path(of:))
                group.addTask { [pool] in
                    (start, try await pool.run { try paths.map { try FileStatus(path: $0)?.bytes } })
                }
            }
            var parts: [Int: [Int64?]] = [:]
            for try await (start, sizes) in group { parts[start] = sizes }
            return parts.sorted { $0.key < $1.key }.flatMap(\.value)
        }
    }

    /// Opens some kept files, each as a whole, and lets the system read them ahead; nil where there is none. Few at a time: all
    /// are open at once.
    public func open(_ keys: [BlobKey]) async throws -> [FileSlice?] {
        let paths = keys.map(path(of:))
        return try await pool.run {
            try paths.map { path in
                do {
                    let file = try FileDescriptor(opening: path, flags: O_RDONLY | O_NOFOLLOW)
                    let bytes = try file.size()
                    file.willBeRead(bytes: bytes)
                    return FileSlice(file: file, offset: 0, length: bytes)
                } catch let error as SystemError where error.isNotFound {
                    return nil
                }
            }
        }
    }
}

public import Domain
internal import Runtime
internal import SystemIO

extension FileBlobStore {
    /// The files of one day at a time.
    public func list(_ type: FileType) -> BlobListing {
        let rest = Locked<ArraySlice<String>?>(nil)
        return BlobListing { [self] in
            if rest.withLock({ $0 == nil }) {
                let days = try await days(of: type)
                rest.withLock { $0 = days[...] }
            }
            guard let day = rest.withLock({ $0?.popFirst() }) else { return nil }
            return try await files(of: day)
        }
    }

    public func removeListed(_ blob: ListedBlob) async throws {
        _ = try await remove(root.appending(blob.path), levels: 4)
    }

    public func staged() async throws -> [String] {
        try await pool.run { [staging] in try Folder.names(in: staging) }
    }

    /// The days for which a type has files, such as `original/2021/05/31`, in order.
    private func days(of type: FileType) async throws -> [String] {
        try await pool.run { [root] in
            var paths = [type.rawValue]
            for _ in ["year", "month", "day"] {
                paths = try paths.flatMap { path in
                    try Folder.names(in: root.appending(path)).map { "\(path)/\($0)" }
                }
            }
            return paths
        }
    }

    private func files(of day: String) async throws -> [ListedBlob] {
        try await pool.run { [root] in
            try Folder.names(in: root.appending(day)).compactMap { name in
                let path = "\(day)/\(name)"
                guard let status = try FileStatus.find(root.appending(path)) else { return nil }
                return ListedBlob(path: path, key: BlobKey(path: path), bytes: status.bytes)
            }
        }
    }
}

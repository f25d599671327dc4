public import Domain
internal import Runtime
internal import SystemIO

/// A file below the store's root.
public struct ListedBlob: Hashable, Sendable {
    /// Below the root.
    public let path: String
    /// Nil where the path is no key of the store.
    public let key: BlobKey?
    public let bytes: Int64
}

extension FileBlobStore {
    /// The days below a type's folder for which there are files, such as `original/2021/05/31`, in order.
    public func days(of type: FileType) async throws -> [String] {
        try await pool.run { [root] in
            var days: [String] = []
            for year in try Folder.names(in: "\(root)/\(type.rawValue)") {
                for month in try Folder.names(in: "\(root)/\(type.rawValue)/\(year)") {
                    for day in try Folder.names(in: "\(root)/\(type.rawValue)/\(year)/\(month)") {
                        days.append("\(type.rawValue)/\(year)/\(month)/\(day)")
                    }
                }
            }
            return days
        }
    }

    /// The files of one day.
    public func files(of day: String) async throws -> [ListedBlob] {
        try await pool.run { [root] in
            try Folder.names(in: "\(root)/\(day)").compactMap { name in
                guard let status = try FileStatus(path: "\(root)/\(day)/\(name)") else { return nil }
                return ListedBlob(path: "\(day)/\(name)", key: BlobKey(path: "\(day)/\(name)"), bytes: status.bytes)
            }
        }
    }

    /// The files that are being uploaded, or were when a process ended.
    public func staged() async throws -> [String] {
        try await pool.run { [staging] in try Folder.names(in: staging) }
    }

    /// Takes every file away, and everything else below the store's folders.
    public func reset() async throws {
        for type in FileType.allCases {
            for day in try await days(of: type) {
                for file in try await files(of: day) {
                    try await pool.run { [root, folders] in
                        try Folder.remove("\(root)/\(file.path)")
                        folders.removeIfEmpty(above: "\(root)/\(file.path)", levels: 4)
                    }
                }
            }
        }
        for name in try await staged() {
            try await pool.run { [staging] in _ = try Folder.remove("\(staging)/\(name)") }
        }
    }

    /// Digests a kept file; nil where there is none.
    public func digest(of key: BlobKey) async throws -> StagedBlob.Summary? {
        guard let file = try await open(key) else { return nil }
        return try await pool.run { try StagedBlob.Summary(reading: file) }
    }
}

extension FileBlobStore {
    /// Removes a file of the staging folder; says what was done.
    public func removeStaged(_ name: String) async throws -> String? {
        try await pool.run { [staging] in try Folder.remove("\(staging)/\(name)") ? "removed" : nil }
    }
}

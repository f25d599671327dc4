import Domain
import Foundation
import Glibc
import SystemIO
import Testing

@testable import RenditionStorage

/// The folder of a cache, which is removed when it is no longer used.
final class CacheFolder: Sendable {
    let path = NSTemporaryDirectory() + "tintype-renditions-\(UniqueID())"

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Opens the folder as a new process does; closed after `body`.
    @discardableResult
    func withCache<Result>(
        maximumBytes: Int64 = 1 << 20, _ body: (RenditionCache) async throws -> Result
    ) async throws -> Result {
        let cache = try RenditionCache(root: FilePath(path), maximumBytes: maximumBytes)
        try await cache.scan()
        let result = try await body(cache)
        await cache.close()
        return result
    }

    /// The files below the folder, by their paths in it.
    func files() throws -> [String: Int64] {
        var files: [String: Int64] = [:]
        for case let name as String in try #require(FileManager.default.enumerator(atPath: path)) {
            guard let status = try FileStatus.find(FilePath("\(path)/\(name)")), status.kind != .folder else {
                continue
            }
            files[name] = status.bytes
        }
        return files
    }

    func write(_ text: String, as name: String) throws {
        try Folder.create(FilePath("\(path)/\(name)").parent)
        try Folder.write(Array(text.utf8), as: FilePath("\(path)/\(name)"))
    }

    /// Sets the time of a file's last use, in seconds since 1970.
    func note(_ name: String, usedAt seconds: Int) throws {
        let times = [timespec(tv_sec: seconds, tv_nsec: 0), timespec(tv_sec: 1_000_000, tv_nsec: 0)]
        try #require(utimensat(AT_FDCWD, "\(path)/\(name)", times, 0) == 0)
    }
}

/// The key of a content and a recipe with these numbers.
func key(_ content: UInt8, _ recipe: Int = 1) throws -> RenditionKey {
    RenditionKey(
        digest: try #require(Digest(bytes: [UInt8](repeating: content, count: 32))),
        hashedRecipe: String(repeating: "0", count: 30) + String(recipe % 90 + 10), format: .webp)
}

/// The path of a rendition's file, below the cache's folder.
func name(of key: RenditionKey, bytes: Int) -> String {
    "\(RenditionKey.folder(of: key.digest))/\(key.fileName(bytes: Int64(bytes)))"
}

extension RenditionCache {
    @discardableResult
    func keep(_ text: String, as key: RenditionKey) async throws -> Hit {
        let draft = try await begin()
        try draft.file.write(Array(text.utf8))
        return try await keep(draft, as: key)
    }

    /// The kept renditions, as text.
    func text(_ key: RenditionKey) async throws -> String? { try await open(key).map { try $0.text() } }
}

extension RenditionCache.Hit {
    func text() throws -> String { String(decoding: try file.read(at: 0, count: Int(bytes)), as: UTF8.self) }
}

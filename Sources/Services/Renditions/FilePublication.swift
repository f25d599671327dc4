internal import BlobStorage
internal import CatalogStorage
internal import Domain
internal import Runtime

/// A staged file, and what the catalogue is to know of it.
struct StagedFile: Sendable {
    let blob: StagedBlob
    let file: StoredFile
}

/// Brings files into the store and the catalogue in step, so that neither has what the other lacks, even after a crash.
///
/// The order: lock the digest, publish, record, settle, forget what is open. See `docs/decisions/0001`.
public struct FilePublication: Sendable {
    private let repository: Repository
    private let openFiles: OpenFiles

    public init(repository: Repository, openFiles: OpenFiles) {
        (self.repository, self.openFiles) = (repository, openFiles)
    }

    /// Runs a body that adds or removes files of a content, alone and to its end.
    func withLock<Result: Sendable>(
        _ digest: Digest, _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withoutCancellation { [repository] in try await repository.locks.withLock(digest, body) }
    }

    /// Adds renditions of a content.
    ///
    /// - Parameter replaces: whether an earlier file of the type is removed first.
    /// - Throws: `notFound` if the content has been deleted meanwhile.
    func add(_ files: [StagedFile], of digest: Digest, replaces: Bool = false) async throws {
        try await withLock(digest) {
            guard try await repository.catalog.isKnown(digest) else { throw ServiceError.noImage() }
            if replaces { for staged in files { try await removeEarlier(staged.file) } }
            _ = try await publish(files, of: digest) { try await repository.catalog.addFiles(files.map(\.file)) }
        }
    }

    /// Publishes files and records them. The caller holds the lock of the digest.
    ///
    /// - Parameter record: records the files in the catalogue.
    func publish<Result: Sendable>(
        _ files: [StagedFile], of digest: Digest, record: () async throws -> Result
    ) async throws -> Result {
        var added: [StoredFile] = []
        do {
            for staged in files where try await repository.store.publish(staged.blob, as: staged.file.key) {
                added.append(staged.file)
            }
            let result = try await record()
            for staged in files { try await repository.store.settle(staged.blob) }
            openFiles.forget(digest)
            return result
        } catch {
            try await removeUnrecorded(added)
            throw error
        }
    }

    /// An earlier file may have the same name, and the store never replaces one. Those who have it open read on.
    private func removeEarlier(_ file: StoredFile) async throws {
        guard let earlier = try await repository.catalog.file(of: file.digest, file.type) else { return }
        try await repository.store.remove([earlier.key]) {
            _ = try await repository.catalog.removeFile(of: file.digest, file.type)
            openFiles.forget(file.digest)
            return ((), [earlier.key])
        }
    }

    private func removeUnrecorded(_ files: [StoredFile]) async throws {
        for file in files where try await repository.catalog.file(of: file.digest, file.type) == nil {
            try await repository.store.remove(file.key)
        }
    }
}

extension StoredFile {
    /// The file that staged bytes become once they are published now.
    init(
        _ type: FileType, of content: ImageContent, format: ImageFormat, width: Int, height: Int,
        _ summary: StagedBlob.Summary
    ) {
        let key = BlobKey(
            type: type, digest: content.digest, taken: content.metadata.taken?.local, format: format)
        self.init(
            digest: content.digest, type: type, key: key, format: format, width: width, height: height,
            bytes: summary.bytes, crc32: summary.crc32, dateUploaded: .now)
    }
}

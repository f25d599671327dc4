internal import BlobStorage
internal import CatalogStorage
public import Domain
internal import Runtime

/// A staged file, and what the catalogue is to know of it.
struct StagedFile: Sendable {
    let blob: StagedBlob
    let file: StoredFile
}

/// Throws if the file that there is, or that there is none, is not what a change is to be made from.
public typealias FileCondition = @Sendable (StoredFile?) throws -> Void

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

    /// Runs a body that adds or removes files of several contents, alone and to its end.
    ///
    /// The locks are taken in one order, so that two bodies never wait for each other.
    func withLocks<Result: Sendable>(
        _ digests: Set<Digest>, _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let ordered = digests.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
        return try await withoutCancellation { [repository] in
            try await repository.locks.withLocks(ordered, body)
        }
    }

    /// Adds renditions of a content.
    ///
    /// - Parameters:
    ///   - recipe: the version of the recipe by which all kept renditions were made; nil if these are only some of them.
    ///   - colour: the colour of the thumbnail, if that is among them.
    /// - Throws: `notFound` if the content has been deleted meanwhile.
    func add(
        _ files: [StagedFile], of digest: Digest, recipe: Int? = nil, colour: PictureColour? = nil
    ) async throws {
        try await withLock(digest) {
            guard try await repository.catalog.isKnown(digest) else { throw ServiceError.noImage() }
            _ = try await publish(files, of: digest) {
                try await repository.catalog.addFiles(files.map(\.file), recipe: recipe, colour: colour)
            }
        }
    }

    /// Puts renditions in the place of those of their types.
    ///
    /// - Parameters:
    ///   - former: the files that they replace.
    ///   - recipe: the version of the recipe by which they were made.
    /// - Throws: `notFound` if the content has been deleted meanwhile.
    func replace(
        _ former: [StoredFile], with files: [StagedFile], of digest: Digest, recipe: Int, colour: PictureColour?
    ) async throws {
        try await withLock(digest) {
            guard try await repository.catalog.isKnown(digest) else { throw ServiceError.noImage() }
            try await repository.store.remove(former.map(\.key)) {
                let replaced = try await publish(files, of: digest) {
                    try await repository.catalog.replaceRenditions(
                        files.map(\.file), of: digest, recipe: recipe, colour: colour)
                }
                return ((), replaced)
            }
        }
    }

    /// Adds a file that one image has to itself, in place of the one of its type that it shows, if there is one.
    ///
    /// - Returns: whether there was none.
    /// - Throws: `notFound` if the image has been deleted meanwhile; `conflict` if its original was replaced; what `condition`
    ///   throws.
    func replace(
        with staged: StagedFile, of id: ImageID, if condition: @escaping FileCondition = { _ in }
    ) async throws -> Bool {
        try await withLock(staged.file.digest) {
            guard let (access, shown) = try await repository.catalog.access(to: id, staged.file.type) else {
                throw ServiceError.noImage()
            }
            guard access.digest == staged.file.digest else {
                throw ServiceError(.conflict, "The original of this image was replaced meanwhile: try again.")
            }
            try condition(shown)
            let earlier = try await repository.catalog.sources(of: id).first { $0.type == staged.file.type }
            if let earlier { try await remove(earlier, from: id) }
            try await publish([staged], of: staged.file.digest) {
                guard try await repository.catalog.showFile(staged.file, only: id) else { throw ServiceError.noImage() }
            }
            return shown == nil
        }
    }

    /// Makes an image show a file no more, and removes it from the store if no other image shows it. The caller holds
    /// the lock of the digest.
    ///
    /// The file that takes its place may have the same name, and the store never replaces one. Those who have it open
    /// read on.
    func remove(_ file: StoredFile, from id: ImageID) async throws {
        try await repository.store.remove([file.key]) {
            defer { openFiles.forget(file.digest) }
            return (
                (), try await repository.catalog.hideFile(file.type, of: id, with: file.digest).map { [$0.key] } ?? []
            )
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

    private func removeUnrecorded(_ files: [StoredFile]) async throws {
        for file in files where try await !repository.catalog.hasFile(at: file.key) {
            try await repository.store.remove(file.key)
        }
    }
}

extension StoredFile {
    /// The file that staged bytes become once they are published now.
    ///
    /// - Parameters:
    ///   - image: the image that has the file to itself; nil for a file of all images of the content.
    ///   - rotation: how its picture is turned.
    init(
        _ type: FileType, of content: ImageContent, only image: ImageID? = nil, rotation: Orientation = .upright,
        format: ImageFormat, width: Int, height: Int, _ summary: StagedBlob.Summary
    ) {
        let key = BlobKey(
            type: type, digest: content.digest, image: image, rotation: rotation, taken: content.metadata.taken?.local,
            format: format)
        self.init(
            digest: content.digest, type: type, key: key, format: format, rotation: rotation, width: width,
            height: height,
            bytes: summary.bytes, crc32: summary.crc32, dateUploaded: .now)
    }

    /// The same file under the key of one that takes the place of another.
    func replacing(_ former: StoredFile) -> StoredFile {
        StoredFile(
            digest: digest, type: type, key: BlobKey(replacing: former.key, format: format), format: format,
            rotation: rotation, width: width, height: height, bytes: bytes, crc32: crc32, dateUploaded: dateUploaded)
    }
}

internal import BlobStorage
internal import Domain

/// Checks that files are what the catalogue says.
struct FileCheck {
    /// How many files are read at once.
    private static let readers = 4

    let store: any BlobStore
    /// Whether the files are read, or only their lengths are compared.
    let reads: Bool

    /// What is wrong with each of some files, in their order; nil if nothing is.
    func flaws(of files: [StoredFile]) async throws -> [UnavailableFiles.Reason?] {
        let sizes = try await store.sizes(of: files.map(\.key))
        var flaws = zip(files, sizes).map { file, size -> UnavailableFiles.Reason? in
            guard let size else { return .missing }
            return size == file.bytes ? nil : .damaged
        }
        guard reads else { return flaws }
        let sound = files.indices.filter { flaws[$0] == nil }
        try await withThrowingTaskGroup(of: (Int, UnavailableFiles.Reason?).self) { group in
            for (count, index) in sound.enumerated() {
                if count >= Self.readers, let (index, flaw) = try await group.next() { flaws[index] = flaw }
                group.addTask { (index, try await flaw(in: files[index])) }
            }
            for try await (index, flaw) in group { flaws[index] = flaw }
        }
        return flaws
    }

    private func flaw(in file: StoredFile) async throws -> UnavailableFiles.Reason? {
        guard let summary = try await store.digest(of: file.key) else { return .missing }
        let isSame = summary.crc32 == file.crc32 && (file.type != .original || summary.digest == file.digest)
        return isSame ? nil : .damaged
    }
}

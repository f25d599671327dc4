public import Domain
internal import Runtime
internal import SystemIO

extension FileBlobStore {
    /// Removes files in step with the catalogue, so that a crash in between leaves none behind.
    ///
    /// Before `forget` runs, each file gets a second name in `staging/` that tells its key, as when it was published:
    /// should the process end after the catalogue has forgotten a file and before the file is gone, `sweep` takes it.
    /// - Parameters:
    ///   - keys: the files that may go.
    ///   - forget: takes files out of the catalogue, and answers which of the keys are to go.
    public func remove<Result: Sendable>(
        _ keys: [BlobKey], isolation: isolated (any Actor)? = #isolation,
        forget: () async throws -> (Result, [BlobKey])
    ) async throws -> Result {
        let notes = try await noteRemoval(of: keys)
        do {
            let (result, forgotten) = try await forget()
            for key in forgotten { try await remove(key) }
            try await withdraw(notes)
            return result
        } catch {
            try await withdraw(notes)
            throw error
        }
    }

    private func noteRemoval(of keys: [BlobKey]) async throws -> [String] {
        try await pool.run { [root, staging] in
            try keys.compactMap { key in
                let note = "\(staging)/\(PublishingIntent(key: key).name)"
                guard try FileStatus(path: "\(root)/\(key.path)") != nil else { return nil }
                return try Folder.link("\(root)/\(key.path)", as: note) ? note : nil
            }
        }
    }

    private func withdraw(_ notes: [String]) async throws {
        try await pool.run { for note in notes { try Folder.remove(note) } }
    }
}

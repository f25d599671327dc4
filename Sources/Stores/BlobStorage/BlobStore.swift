public import Domain
public import SystemIO

/// Files by key. A file's name is its content's digest, so a file is never changed, only added and removed.
///
/// Each verb may be called from many tasks at once. All conformers pass one suite of tests (`BlobStoreTests`).
public protocol BlobStore: Sendable {
    /// Begins a file that nobody can see yet.
    func stage() async throws -> StagedBlob

    /// The files that were received whole and wait for a job.
    var waiting: WaitingFiles { get }

    /// Makes a staged file visible under its key, durably: its bytes and its name are on stable storage before this
    /// returns.
    ///
    /// A file that is there already is kept: by its name it has the same content. If its length shows that it was cut
    /// off, it is replaced. The staged name stays until `settle`, and says which key it was published as: if the
    /// process ends before the catalogue knows of the file, `removeLeftovers` removes both.
    ///
    /// - Returns: whether the file is new.
    func publish(_ blob: StagedBlob, as key: BlobKey) async throws -> Bool

    /// The catalogue knows of the published file: its staged name is removed.
    func settle(_ blob: StagedBlob) async throws

    /// A kept file, to be sent; nil if there is none. Whoever has it can read it to its end, even if it is removed.
    func open(_ key: BlobKey) async throws -> ByteSource?

    /// Some kept files, in their order, to be sent soon; nil for each that is not there. Few at a time: all are open at
    /// once.
    func open(_ keys: [BlobKey]) async throws -> [ByteSource?]

    /// A kept file as an open file of this machine, for the processes that decode; nil if there is none.
    func openLocally(_ key: BlobKey) async throws -> FileDescriptor?

    /// Reads at most `count` bytes of a file from `offset`; fewer only at its end.
    func read(_ source: ByteSource, at offset: Int64, count: Int) async throws -> [UInt8]

    /// The bytes of some kept files, in their order; nil for each that is not there.
    func sizes(of keys: [BlobKey]) async throws -> [Int64?]

    /// Digests a kept file; nil if there is none.
    func digest(of key: BlobKey) async throws -> StagedBlob.Summary?

    /// Removes a kept file; false if there was none.
    @discardableResult
    func remove(_ key: BlobKey) async throws -> Bool

    /// Notes durably that files may be removed, so that `removeLeftovers` removes those that the catalogue does not
    /// know if the process ends before `withdraw`.
    func noteRemoval(of keys: [BlobKey]) async throws -> RemovalNote

    /// The removal is over: the note is removed.
    func withdraw(_ note: RemovalNote) async throws

    /// The files of a type, in the order of their keys.
    func list(_ type: FileType) -> BlobListing

    /// The names of files that are staged, or that a note of a removal stands for.
    func staged() async throws -> [String]

    /// Whether a file is being published or removed right now.
    func isInTransition(_ path: String) async throws -> Bool

    /// Removes a file that was listed, even if its path is no key.
    func removeListed(_ blob: ListedBlob) async throws

    /// Removes a staged file; false if there was none.
    func removeStaged(_ name: String) async throws -> Bool

    /// Removes what a crash left behind: unfinished uploads, and files that were published but that the catalogue does
    /// not know. To be called before the first upload.
    ///
    /// - Parameters:
    ///   - isKnown: whether the catalogue knows a published file.
    ///   - isWaiting: whether the catalogue names a staged file as one that waits for a job.
    /// - Returns: how many files were removed.
    func removeLeftovers(
        isKnown: @Sendable (BlobKey) async throws -> Bool, isWaiting: @Sendable (String) async throws -> Bool
    ) async throws -> Int

    /// Bytes that can still be written; nil if there is no limit.
    func freeBytes() async throws -> Int64?

    /// Lets what is under way finish, and releases everything.
    func close() async
}

/// What `noteRemoval` has noted.
public struct RemovalNote: Sendable {
    let names: [String]
}

extension BlobStore {
    /// The bytes of a kept file; nil if there is none.
    public func size(of key: BlobKey) async throws -> Int64? { try await sizes(of: [key])[0] }

    /// Removes files in step with the catalogue, so that a crash in between leaves none behind.
    ///
    /// - Parameters:
    ///   - keys: the files that may be removed.
    ///   - forget: removes files from the catalogue, and answers which of the keys are to be removed.
    public func remove<Result: Sendable>(
        _ keys: [BlobKey], isolation: isolated (any Actor)? = #isolation,
        forget: () async throws -> (Result, [BlobKey])
    ) async throws -> Result {
        let note = try await noteRemoval(of: keys)
        do {
            let (result, forgotten) = try await forget()
            for key in forgotten { try await remove(key) }
            try await withdraw(note)
            return result
        } catch {
            try await withdraw(note)
            throw error
        }
    }

    /// Removes every file, and everything that is staged.
    public func reset() async throws {
        for type in FileType.allCases {
            for try await blobs in list(type) {
                for blob in blobs { try await removeListed(blob) }
            }
        }
        for name in try await staged() { _ = try await removeStaged(name) }
    }
}

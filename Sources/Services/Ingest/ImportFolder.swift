internal import BlobStorage
internal import Runtime
public import SystemIO

/// A folder on the server from which clients may import files, by their paths below it.
///
/// Paths are followed name by name, and links are not followed: nothing outside the folder can be reached, even if
/// others write to it.
public struct ImportFolder: Sendable {
    private let root: FileDescriptor
    private let pool = BlockingPool(name: "import", threads: 1, queue: 256)

    /// - Throws: `ServiceError` with `invalid` if the folder cannot be read.
    public init(path: FilePath) throws {
        do {
            root = try FileDescriptor(reading: path)
        } catch {
            throw ServiceError(.invalid, "The import folder cannot be opened: \(error.meaning).")
        }
        guard try root.status().kind == .folder else {
            throw ServiceError(.invalid, "The import folder is a file: name a folder.")
        }
    }

    /// Opens a file below the folder.
    ///
    /// - Parameter path: names with `/` between them.
    /// - Throws: `invalid` for a path that leads elsewhere or to no plain file; `notFound`.
    func open(_ path: String) async throws -> FileDescriptor {
        let names = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map { Array($0) }
        guard !names.isEmpty, names.count <= 64, names.allSatisfy(Self.isName) else { throw Self.elsewhere }
        return try await pool.run { [root] in
            var place = root
            for (index, name) in names.enumerated() {
                guard let name = FilePath(bytes: name) else { throw Self.elsewhere }
                place = try Self.step(from: place, to: name, expecting: index == names.count - 1 ? .file : .folder)
            }
            return place
        }
    }

    /// The file's kind is checked before it is opened, since opening a device can have effects.
    private static func step(
        from folder: FileDescriptor, to name: FilePath, expecting kind: FileStatus.Kind
    ) throws -> FileDescriptor {
        do {
            guard try FileStatus(of: name, in: folder).kind == kind else { throw elsewhere }
            let opened = try FileDescriptor(reading: name, in: folder)
            guard try opened.status().kind == kind else { throw elsewhere }
            return opened
        } catch let error as SystemError {
            guard error.isNotFound else { throw elsewhere }
            throw ServiceError(.notFound, field: "filename", "The import folder has no file of that name.")
        }
    }

    private static func isName(_ name: [UInt8]) -> Bool {
        !name.isEmpty && name.count <= 255 && !name.contains(0) && name != Array(".".utf8) && name != Array("..".utf8)
    }

    private static let elsewhere = ServiceError(
        .invalid, field: "filename",
        "The file name must lead to a plain file below the import folder: names with / between them, without .. and without links."
    )
}

extension Ingest {
    private static let importedPiece = 1 << 20

    /// Begins to take an image in, with the bytes of a file of the import folder.
    ///
    /// - Parameter path: below the folder.
    /// - Throws: as `receive`; `invalid` if there is no import folder, or the path leads out of it; `notFound`.
    public func receive(imported path: String, for viewer: Viewer) async throws -> IncomingUpload {
        _ = try viewer.owner()
        guard let importFolder else {
            throw ServiceError(
                .invalid, field: "file",
                "This server has no import folder: send the image's bytes as 'file', in base64. (tintype serve --import-dir FOLDER makes one.)"
            )
        }
        let file = try await importFolder.open(path)
        let source = ByteSource(file, length: try file.size())
        let incoming = try await receive(for: viewer, announced: source.length)
        var offset: Int64 = 0
        while true {
            let piece = try await repository.store.read(source, at: offset, count: Self.importedPiece)
            if piece.isEmpty { return incoming }
            try await incoming.append(piece)
            offset += Int64(piece.count)
        }
    }
}

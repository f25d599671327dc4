import TextCoding
import Client
import CommandLine
import Runtime
import Crypto
import Domain
import SystemIO

/// `tintype upload`: uploads images to a server.
enum UploadCommand {
    private static let file = Option(repeatable: "file", "FILE", "An image to upload.")
    private static let folder = Option(
        repeatable: "dir", "FOLDER", "A folder. All images in it and in its subfolders are uploaded.")
    private static let `public` = Option(flag: "public", "Let everybody see the images.")
    private static let `private` = Option(
        flag: "private", "Let only the account and admins see the images. This is the default.")
    private static let title = Option<String?>(
        "title", "TEXT", .text, "The title of the images, instead of their file names.")
    private static let description = Option<String?>("description", "TEXT", .text, "The description of the images.")
    private static let tag = Option(repeatable: "tag", "TEXT", "A tag for the images.")
    private static let albums = Option(
        flag: "albums",
        "Add the images to albums, which have the names of their folders; also those that the server has already.")
    private static let concurrency = Option(
        "concurrency", "NUMBER", .integer(in: 1...64), default: Upload.Options().concurrency,
        "The number of images that are uploaded concurrently.")
    private static let journal = Option<String?>(
        "journal", "FILE", .text, "The journal of uploaded images, instead of the one in the user's state folder.")
    private static let noJournal = Option(flag: "no-journal", "Use no journal.")
    private static let verify = Option(flag: "verify", "Ask the server about the images in the journal too.")

    private static let batch = Option(
        flag: "batch",
        "Send the pictures that a file of metadata names in batches, with what it says of each, and wait until they are images."
    )
    private static let metadata = Option<String?>(
        "metadata", "FILE", .text,
        "The metadata of a batch: CSV with the names of the columns in its first line, or JSON, an array of objects. The column or member file names a picture, from the folder of that file; the others describe it. By default metadata.csv or metadata.json in the folder."
    )

    static let syntax = CommandSyntax(
        "upload", "Upload images from files and folders to a server, except those that it has already.",
        options: ClientSession.options + [
            ClientSession.user, file, folder, `public`, `private`, title, description, tag, albums, concurrency,
            journal,
            noJournal, verify, batch, metadata,
        ], arguments: "[FILE or FOLDER …]")

    static func run(_ arguments: ParsedArguments) async throws -> Int32 {
        if try arguments.value(of: batch) { return try await sendBatches(arguments) }
        guard try arguments.value(of: metadata) == nil else { throw UsageError("--metadata belongs to --batch") }
        let roots = try roots(arguments)
        var options = Upload.Options()
        options.details = try details(arguments)
        if try arguments.value(of: albums) { options.albumFolders = roots }
        options.concurrency = try arguments.value(of: concurrency)
        options.verifies = try arguments.value(of: verify)
        // A journal that grows past a limit then fails its write, and does not end the process.
        ProcessLimits.ignoreFileSizeSignal()
        let session = try ClientSession(
            arguments, as: arguments.value(of: ClientSession.user), concurrency: options.concurrency + 1)
        let run = try ClientRun(session, arguments, verb: "sent")
        let journal = try await journal(arguments, session)
        let upload = Upload(
            session.connection(progress: run.progress), journal: journal, progress: run.progress, options: options)
        let status = await Result { try await run.run { try await upload.run(roots) } }
        await session.close()
        return try status.get()
    }

    private static func sendBatches(_ arguments: ParsedArguments) async throws -> Int32 {
        let details = try details(arguments)
        guard details.title == nil, details.description == nil, try arguments.value(of: journal) == nil,
            try !arguments.value(of: albums)
        else {
            throw UsageError(
                "--batch takes no --title, --description, --albums or --journal: the metadata say what each picture is")
        }
        let entries = try BatchMetadata(try metadataFile(arguments))
        let session = try ClientSession(arguments, as: arguments.value(of: ClientSession.user), concurrency: 1)
        let run = try ClientRun(session, arguments, verb: "sent")
        let upload = BatchUpload(
            session.connection(progress: run.progress), progress: run.progress, details: details,
            temporary: ClientFolders.temporary)
        let status = await Result { try await run.run { try await upload.run(entries) } }
        await session.close()
        return try status.get()
    }

    /// The metadata that are named, or those in the folder that is.
    private static func metadataFile(_ arguments: ParsedArguments) throws -> FilePath {
        let folders = try arguments.value(of: folder).map { FilePath($0) } + arguments.arguments.map { FilePath($0) }
        guard try arguments.value(of: file).isEmpty else {
            throw UsageError("--batch takes no --file: the metadata name the pictures")
        }
        if let named = try arguments.value(of: metadata) {
            guard folders.isEmpty else { throw UsageError("name either a folder or --metadata") }
            return FilePath(named)
        }
        guard folders.count == 1 else {
            throw UsageError("name the folder of a batch: tintype upload --batch photos, or --metadata photos/list.csv")
        }
        let names = ["metadata.csv", "metadata.json"].map { folders[0].appending($0) }
        let found = try names.filter { try FileStatus.find($0) != nil }
        guard found.count == 1 else {
            throw UsageError(
                "there must be either metadata.csv or metadata.json in \(SanitizedText.of(folders[0])), or --metadata FILE"
            )
        }
        return found[0]
    }

    private static func roots(_ arguments: ParsedArguments) throws -> [FilePath] {
        let files = try arguments.value(of: file).map { FilePath($0) }
        for file in files where (try? FileStatus(of: file, followingLinks: true))?.kind == .folder {
            throw UsageError("\(SanitizedText.of(file)) is a folder: name it with --dir")
        }
        let folders = try arguments.value(of: folder).map { FilePath($0) }
        for folder in folders where (try? FileStatus(of: folder, followingLinks: true))?.kind == .file {
            throw UsageError("\(SanitizedText.of(folder)) is a file: name it with --file")
        }
        let roots = files + folders + arguments.arguments.map { FilePath($0) }
        guard !roots.isEmpty, !roots.contains(where: { $0.bytes.isEmpty }) else {
            throw UsageError("name what to send: tintype upload --file photo.jpg, or --dir photos")
        }
        return roots
    }

    private static func details(_ arguments: ParsedArguments) throws -> UploadDetails {
        var details = UploadDetails()
        let (isPublic, isPrivate) = (try arguments.value(of: `public`), try arguments.value(of: `private`))
        guard !isPublic || !isPrivate else {
            throw UsageError("images are either --public or --private")
        }
        details.visibility = isPublic ? .public : isPrivate ? .private : nil
        details.title = try arguments.value(of: title)
        details.description = try arguments.value(of: description)
        details.tags = try arguments.value(of: tag)
        return details
    }

    /// The journal of this server and account; nil, with a warning, if it cannot be written.
    private static func journal(_ arguments: ParsedArguments, _ session: ClientSession) async throws -> Journal? {
        if try arguments.value(of: noJournal) { return nil }
        let purpose = try purpose(session)
        do {
            if let named = try arguments.value(of: journal) { return try Journal(FilePath(named), for: purpose) }
            let folder = try ClientFolders.journals()
            try Folder.create(folder, mode: 0o700)
            return try Journal(folder.appending(FilePath("\(purpose).journal")), for: purpose)
        } catch let error as SystemError {
            await session.console.printError(
                "tintype: the journal cannot be used (\(error.meaning)): the run continues without it")
            return nil
        }
    }

    /// The server and the account, as a digest, because not every account name is a valid file name.
    private static func purpose(_ session: ClientSession) throws -> String {
        var account = session.account ?? ""
        if case .token(let token, nil) = session.identity { account = "token " + token }
        let hasher = try ContentHasher()
        try hasher.update(Array("\(session.address)\n\(account)".utf8))
        return Hexadecimal.encode(try hasher.finish().sha256.prefix(16))
    }
}

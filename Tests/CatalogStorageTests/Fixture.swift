import Domain
import Foundation
import SQL
import SQLite

@testable import CatalogStorage

/// A catalogue in a temporary folder, which is removed with it.
struct Fixture {
    let catalog: Catalog
    let database: SQLiteDatabase
    let path: String

    /// Runs `body` with an empty catalogue.
    static func run(
        _ dialect: TestedDialect = .sqlite, adjust: (inout SQLiteConfiguration) -> Void = { _ in },
        _ body: (Fixture) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tintype-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var configuration = SQLiteConfiguration(path: folder.appendingPathComponent("catalog.sqlite").path)
        adjust(&configuration)
        let database = try await SQLiteDatabase.open(configuration)
        let fixture = Fixture(
            catalog: try await Catalog.open(in: database, dialect.value), database: database, path: configuration.path)
        do { try await body(fixture) } catch {
            await database.close()
            throw error
        }
        await database.close()
    }

    /// Records an image, and returns its record.
    @discardableResult
    func add(_ number: Int, _ sample: Sample = Sample()) async throws -> ImageRecord {
        try await catalog.addImage(sample.submission(number), queueDerive: sample.queueDerive).record
    }

    /// Records files of contents, which all of their images show then.
    func show(_ files: [StoredFile]) async throws {
        try await catalog.addFiles(files)
        for digest in Set(files.map(\.digest)) { try await showRenditions(of: digest) }
    }

    /// Records that a content is damaged, which all of its images say then.
    func damage(_ number: Int, reason: String) async throws {
        try await catalog.markDamaged(digest(number), reason: reason)
        try await showRenditions(of: digest(number))
    }

    private func showRenditions(of digest: Digest) async throws {
        for image in try await catalog.otherImages(of: digest, than: ImageID(), visibleTo: .everything) {
            try await catalog.showRenditions(of: image.id)
        }
    }
}

/// The properties of a generated image.
struct Sample: Sendable {
    var owner = AccountID.root
    var details = ImageDetails(title: "")
    var taken: CivilTime?
    var milliseconds: Int?
    var bytes: Int64 = 1000
    var format = ImageFormat.jpeg
    var dateAdded = Timestamp(seconds: 1_700_000_000)
    var queueDerive = false
    var sentName: String?
    /// What the file states of its creator, rights and rating.
    var origin: (creator: String?, rights: String?, rating: Int?) = (nil, nil, nil)
    var exif: JSONValue?
    var camera: (make: String?, model: String?, lens: String?) = (nil, nil, nil)
    /// Degrees.
    var place: (latitude: Double, longitude: Double)?

    /// The content with a number, to replace that of an image.
    func replacement(_ number: Int) -> Replacement {
        let submission = submission(number)
        return Replacement(
            content: submission.content, original: submission.original, sentName: sentName, date: dateAdded)
    }

    /// The submission of the content with a number.
    func submission(_ number: Int) -> Submission {
        var metadata = PhotoMetadata()
        metadata.taken = taken.map {
            TakenDate(local: $0, milliseconds: milliseconds, offset: nil, source: .original)
        }
        metadata.exif = exif
        (metadata.cameraMake, metadata.cameraModel, metadata.lens) = camera
        (metadata.latitude, metadata.longitude) = (place?.latitude, place?.longitude)
        (metadata.creator, metadata.rights, metadata.rating) = origin
        let content = ImageContent(
            digest: digest(number), format: format, width: 400, height: 300, orientation: 6, frames: 1, hasAlpha: false,
            metadata: metadata)
        return Submission(
            id: ImageID(), owner: owner, details: details, content: content,
            original: file(number, .original, bytes: bytes), sentName: sentName, dateAdded: dateAdded)
    }
}

/// The digest of a number.
func digest(_ number: Int) -> Digest {
    let text = String(number, radix: 16)
    guard let digest = Digest(String(repeating: "0", count: 64 - text.count) + text) else {
        preconditionFailure("64 digits are a digest")
    }
    return digest
}

/// The id of a number.
func imageID(_ number: UInt8) -> ImageID {
    guard let id = ImageID(bytes: [UInt8](repeating: 0, count: 15) + [number]) else {
        preconditionFailure("16 bytes are an id")
    }
    return id
}

/// The work of compressing the image and content with a number.
func compression(of number: UInt8, as format: ImageFormat?) -> Job.Work {
    .compress(imageID(number), digest(Int(number)), format)
}

/// A file of the content with a number.
func file(_ number: Int, _ type: FileType, bytes: Int64 = 10) -> StoredFile {
    StoredFile(
        digest: digest(number), type: type, key: BlobKey(type: type, digest: digest(number), taken: nil, format: .jpeg),
        format: .jpeg, width: 300, height: 400, bytes: bytes, crc32: 0xFFFF_FFFF, dateUploaded: Timestamp(seconds: 1))
}

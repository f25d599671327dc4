import BlobStorage
import CatalogStorage
import Domain
import TestApplication
import Testing

@testable import Composition
@testable import Services

@Suite struct FilePublicationTests {
    private struct Failure: Error {}

    /// A staged file of a type, with unique bytes, for the content of an image.
    private static func staged(
        _ type: FileType, of record: ImageRecord, in assembly: RepositoryAssembly
    ) async throws -> StagedFile {
        let blob = try await assembly.repository.store.stage()
        try await blob.append(Array("\(type)".utf8))
        let file = StoredFile(
            type, of: record.content, format: .jpeg, width: 1, height: 1, try blob.finish())
        return StagedFile(blob: blob, file: file)
    }

    @Test func `published files are in the store and in the catalogue, and no longer staged`() async throws {
        try await TestApplication.run { application in
            let (assembly, catalog) = (application.assembly, application.assembly.repository.catalog)
            let record = try await assembly.add(TestPicture.png()).record
            let digest = record.content.digest
            try await assembly.publication.add(
                [try await Self.staged(.thumbnail, of: record, in: assembly)], of: digest)
            #expect(try application.files(in: "thumbnail").count == 1)
            #expect(try await application.nothingIsStaged())
            #expect(try await catalog.file(of: digest, .thumbnail)?.bytes == 9)
        }
    }

    @Test func `a failed record leaves no file`() async throws {
        try await TestApplication.run { application in
            let assembly = application.assembly
            let record = try await assembly.add(TestPicture.png()).record
            let files = [
                try await Self.staged(.thumbnail, of: record, in: assembly),
                try await Self.staged(.fullSize, of: record, in: assembly),
            ]
            await #expect(throws: Failure.self) {
                try await assembly.publication.publish(files, of: record.content.digest) { throw Failure() }
            }
            #expect(try application.files(in: "thumbnail") == [])
            #expect(try application.files(in: "full-size") == [])
            #expect(try application.files(in: "original").count == 1)
        }
    }

    @Test func `a failed record does not touch a file that existed before`() async throws {
        try await TestApplication.run { application in
            let assembly = application.assembly
            let record = try await assembly.add(TestPicture.png()).record
            let digest = record.content.digest
            try await assembly.publication.add(
                [try await Self.staged(.thumbnail, of: record, in: assembly)], of: digest)
            let again = [try await Self.staged(.thumbnail, of: record, in: assembly)]
            await #expect(throws: Failure.self) {
                try await assembly.publication.publish(again, of: digest) { throw Failure() }
            }
            #expect(try application.files(in: "thumbnail").count == 1)
            #expect(try await assembly.repository.catalog.file(of: digest, .thumbnail) != nil)
        }
    }

    @Test func `a rendition of a deleted content is refused, and leaves nothing`() async throws {
        try await TestApplication.run { application in
            let assembly = application.assembly
            let record = try await assembly.add(TestPicture.png()).record
            let files = [try await Self.staged(.thumbnail, of: record, in: assembly)]
            try await assembly.library.delete(record.id, version: nil, isPermanent: true, for: .root)
            #expect(
                try await code { try await assembly.publication.add(files, of: record.content.digest) } == .notFound)
            #expect(try application.files(in: "thumbnail") == [])
        }
    }
}

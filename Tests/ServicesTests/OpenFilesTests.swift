import CatalogStorage
import Domain
import TestApplication
import Testing
import Transformations

@testable import Composition
@testable import Services

@Suite struct OpenFilesTests {
    /// The files of an application with a cache of its own, to which no other part tells what it has changed.
    private static func files(_ assembly: RepositoryAssembly) -> (
        ImageFiles, RequestedRenditions
    ) {
        let open = OpenFiles(repository: assembly.repository, capacity: 16)
        let requested = RequestedRenditions(
            repository: assembly.repository, openFiles: open, pyramids: assembly.pyramids,
            admission: assembly.admission, avifEffort: 1)
        let files = ImageFiles(
            repository: assembly.repository, openFiles: open, publication: assembly.publication, kept: assembly.kept,
            compressed: assembly.compressed, requested: requested)
        return (files, requested)
    }

    private static let stranger = FilePermission.viewer(.stranger)

    /// Changes the visibility as another process would: no cache of this process learns of it.
    private static func set(_ visibility: Visibility, of id: ImageID, _ assembly: RepositoryAssembly) async throws {
        var changes = ImageChanges()
        changes.visibility = visibility
        _ = try await assembly.repository.catalog.updateImage(id, changes, expectedVersion: nil)
    }

    @Test func `an open file is not served once another process has made its image private`() async throws {
        try await TestApplication.run { application in
            let assembly = application.assembly
            let id = try await assembly.add(TestPicture.png()).record.id
            try await Self.set(.public, of: id, assembly)
            let (files, renditions) = Self.files(assembly)
            let first = try await files.file(id, .thumbnail, for: Self.stranger, client: .server)
            let again = try await files.file(id, .thumbnail, for: Self.stranger, client: .server)
            #expect(first === again, "the file stays open")
            let transformation = Transformation()
            let rendition = try await renditions.rendition(id, transformation, for: Self.stranger, client: .server)
            #expect(
                try await renditions.rendition(id, transformation, for: Self.stranger, client: .server) === rendition)
            try await Self.set(.private, of: id, assembly)
            #expect(
                try await code { _ = try await files.file(id, .thumbnail, for: Self.stranger, client: .server) }
                    == .notFound)
            #expect(
                try await code {
                    _ = try await renditions.rendition(id, transformation, for: Self.stranger, client: .server)
                }
                    == .notFound)
            #expect(try await files.file(id, .thumbnail, for: .viewer(.root), client: .server) !== first)
        }
    }
}

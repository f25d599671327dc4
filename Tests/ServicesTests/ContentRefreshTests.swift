import HTTPTypes
import BlobStorage
import CatalogStorage
import Domain
import Foundation
import TestApplication
import Testing

@testable import Composition
@testable import Services

/// Contents that an older version of the program has handled.
@Suite struct ContentRefreshTests {
    /// A picture of 64 × 48 pixels that has to be turned, with a date.
    private static let turned = TestPicture.png(exif: TestPicture.exif(orientation: 6, date: "2021:02:03 04:05:06"))

    private func refresh(_ assembly: RepositoryAssembly) async {
        await ContentRefresh(repository: assembly.repository, kept: assembly.kept).run {}
    }

    private func outdated(_ assembly: RepositoryAssembly) async throws -> Int64 {
        try await ContentRefresh(repository: assembly.repository, kept: assembly.kept).progress().outdated
    }

    /// Uploads a picture, makes its renditions, and has the catalogue say what an older version would have said.
    private func addOutdated(
        _ bytes: [UInt8], to assembly: RepositoryAssembly, _ viewers: [Viewer] = [.root],
        as read: (ImageContent) -> ImageContent
    ) async throws -> [ImageID] {
        var ids: [ImageID] = []
        for viewer in viewers {
            let record = try await assembly.add(bytes, name: "a.png", for: viewer).record
            ids.append(record.id)
            try await assembly.kept.make(of: record.id, record.content.digest, for: .uploads)
        }
        let content = try #require(try await assembly.repository.catalog.image(ids[0])?.content)
        #expect(content.versions == ContentRefresh.versions && content.colour != nil)
        var old = read(content)
        old.versions.inspection = 1
        try await assembly.repository.catalog.refresh(old)
        try await assembly.repository.catalog.setRecipe(1, colour: nil, of: content.digest)
        return ids
    }

    /// As if the orientation and the date had not been found.
    private func unread(_ content: ImageContent) -> ImageContent {
        ImageContent(
            digest: content.digest, format: content.format, width: content.width, height: content.height,
            orientation: 1, frames: 1, hasAlpha: false, metadata: PhotoMetadata())
    }

    @Test func `are inspected and derived anew, but for what a person has set`() async throws {
        try await TestApplication.run { application in
            let (assembly, catalog) = (application.assembly, application.assembly.repository.catalog)
            let ada = try await assembly.member("ada", in: application)
            let ids = try await addOutdated(Self.turned, to: assembly, [.root, ada], as: unread)
            var changes = ImageChanges()
            (changes.title, changes.taken) = ("own", .some(TakenDate(manual: "1964")))
            _ = try await catalog.updateImage(ids[1], changes, expectedVersion: nil)
            let before = try await catalog.image(ids[0])
            let thumbnail = try #require(try await catalog.access(to: ids[0], .thumbnail)?.file)
            let original = try application.files(in: "original")
            #expect(before?.content.uprightSize.width == 64 && before?.taken == nil)
            #expect(try await outdated(assembly) == 1)

            await refresh(assembly)

            let after = try #require(try await catalog.image(ids[0]))
            #expect(after.content.uprightSize == (48, 64) && after.content.orientation == 6)
            #expect(after.taken?.description == "2021-02-03T04:05:06" && after.taken?.source == .changed)
            #expect(after.version > (before?.version ?? 0) && after.state == .ready && after.content.colour != nil)
            let other = try #require(try await catalog.image(ids[1]))
            #expect(other.taken?.description == "1964" && other.details.title == "own")
            var criteria = SearchCriteria()
            criteria.takenFrom = CivilTime(year: 2021, month: 2, day: 3)
            #expect(try await catalog.ids(matching: criteria, visibleTo: .everything).elements == [ids[0]])

            let renewed = try #require(try await catalog.access(to: ids[0], .thumbnail))
            #expect((renewed.file?.width, renewed.file?.height) == (48, 64))
            #expect(
                renewed.file?.key == BlobKey(replacing: thumbnail.key, format: thumbnail.format)
                    && renewed.access.revision == 1)
            #expect(try await assembly.repository.store.size(of: thumbnail.key) == nil)
            #expect(try application.files(in: "original") == original)
            #expect(try application.files(in: "thumbnail").count == 1)
            #expect(try await application.nothingIsStaged())
            #expect(try await outdated(assembly) == 0)
        }
    }

    @Test func `an address of the former version leads to the new one`() async throws {
        try await TestApplication.run { application in
            let ids = try await addOutdated(Self.turned, to: application.assembly, as: unread)
            let record = "/v1/images/\(ids[0])"
            let former = try #require(try await application.get(record)["links", "thumbnail"].string)
            await refresh(application.assembly)
            let current = try #require(try await application.get(record)["links", "thumbnail"].string)
            #expect(current == former + "-1")
            #expect(try await application.get(former).fields["Location"] == current)
            #expect(try await application.get(current).status == 200)
        }
    }

    @Test func `a rendition that an image no longer shows stays away`() async throws {
        try await TestApplication.run { application in
            let (assembly, catalog) = (application.assembly, application.assembly.repository.catalog)
            let ada = try await assembly.member("ada", in: application)
            let ids = try await addOutdated(Self.turned, to: assembly, [.root, ada], as: unread)
            try await assembly.files.remove(ids[0], .thumbnail, for: .root, if: { _ in })
            await refresh(assembly)
            #expect(try await catalog.access(to: ids[0], .thumbnail)?.file == nil)
            #expect(try await catalog.access(to: ids[0], .fullSize)?.file?.height == 64)
            #expect(try await catalog.access(to: ids[1], .thumbnail)?.file?.height == 64)
        }
    }

    @Test func `without its original a content keeps what was made of it`() async throws {
        try await TestApplication.run { application in
            let (assembly, catalog) = (application.assembly, application.assembly.repository.catalog)
            let ids = try await addOutdated(Self.turned, to: assembly, as: unread)
            let thumbnail = try await catalog.access(to: ids[0], .thumbnail)?.file
            try await assembly.files.remove(ids[0], .original, for: .root, if: { _ in })
            await refresh(assembly)
            #expect(try await catalog.access(to: ids[0], .thumbnail)?.file == thumbnail)
            #expect(try await catalog.image(ids[0])?.content.colour != nil)
            #expect(try await outdated(assembly) == 0)
        }
    }

    @Test func `damaged contents and those without renditions wait for nothing`() async throws {
        try await TestApplication.run { application in
            let (assembly, catalog) = (application.assembly, application.assembly.repository.catalog)
            let broken = try await assembly.add(TestPicture.broken()).record
            try await catalog.markDamaged(broken.content.digest, reason: "no pixels")
            _ = try await assembly.add(TestPicture.png())
            #expect(try await outdated(assembly) == 0)
            await refresh(assembly)
            #expect(try await catalog.content(broken.content.digest)?.damage == "no pixels")
            #expect(try application.files(in: "thumbnail").isEmpty)
        }
    }

    @Test func `a content whose renditions cannot be made anew keeps those that it has`() async throws {
        try await TestApplication.run { application in
            let (assembly, catalog) = (application.assembly, application.assembly.repository.catalog)
            let ids = try await addOutdated(Self.turned, to: assembly, as: unread)
            let thumbnail = try await catalog.access(to: ids[0], .thumbnail)?.file
            // The pixels of the original are lost, but its header is there.
            let path = "\(application.folder)/original/\(try application.files(in: "original")[0])"
            let original = try #require(FileManager.default.contents(atPath: path))
            try FileManager.default.removeItem(atPath: path)
            try (original.prefix(60) + Data(count: original.count - 60)).write(to: URL(filePath: path))
            await refresh(assembly)
            #expect(try await catalog.content(try #require(thumbnail).digest)?.damage == nil)
            #expect(try await catalog.access(to: ids[0], .thumbnail)?.file == thumbnail)
            #expect(try await outdated(assembly) == 1)
            #expect(try await application.nothingIsStaged())
        }
    }

    @Test func `a second run changes nothing`() async throws {
        try await TestApplication.run { application in
            let (assembly, catalog) = (application.assembly, application.assembly.repository.catalog)
            let ids = try await addOutdated(Self.turned, to: assembly, as: unread)
            await refresh(assembly)
            let (record, files) = (try await catalog.image(ids[0]), try application.files(in: "thumbnail"))
            await refresh(assembly)
            #expect(try await catalog.image(ids[0]) == record)
            #expect(try application.files(in: "thumbnail") == files)
        }
    }
}

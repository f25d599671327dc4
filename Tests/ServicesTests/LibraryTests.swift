import CatalogStorage
import Composition
import Domain
import TestApplication
import Testing

@testable import Services

@Suite struct LibraryTests {
    @Test func `a change based on another version is refused as stale`() async throws {
        try await TestApplication.run { application in
            let library = application.assembly.library
            let record = try await application.assembly.add(TestPicture.png()).record
            var changes = ImageChanges()
            changes.title = "first"
            let changed = try await library.update(record.id, changes, version: record.version, for: .root).record
            #expect(changed.details.title == "first" && changed.version == record.version + 1)
            changes.title = "second"
            #expect(
                try await code { _ = try await library.update(record.id, changes, version: record.version, for: .root) }
                    == .stale)
            #expect(
                try await code { try await library.delete(record.id, version: record.version, for: .root) } == .stale)
            #expect(try await library.record(record.id, for: .root).details.title == "first")
            let last = try await library.update(record.id, changes, version: nil, for: .root).record
            #expect(last.details.title == "second")
            try await library.delete(record.id, version: last.version, for: .root)
            #expect(try await code { _ = try await library.record(record.id, for: .root) } == .notFound)
            #expect(
                try await code { _ = try await library.update(record.id, changes, version: nil, for: .root) }
                    == .notFound)
        }
    }

    @Test func `only one of many changes based on the same version succeeds`() async throws {
        try await TestApplication.run { application in
            let library = application.assembly.library
            let record = try await application.assembly.add(TestPicture.png()).record
            let outcomes = try await withThrowingTaskGroup(of: ServiceError.Code?.self) { group in
                for number in 0..<20 {
                    group.addTask {
                        var changes = ImageChanges()
                        changes.title = "\(number)"
                        return try await code {
                            _ = try await library.update(record.id, changes, version: record.version, for: .root)
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count { $0 == nil } == 1 && outcomes.count { $0 == .stale } == 19)
        }
    }

    @Test func `files are removed with the last image that has them`() async throws {
        try await TestApplication.run { application in
            let assembly = application.assembly
            let ada = try await assembly.member("ada", in: application)
            let own = try await assembly.add(TestPicture.png(), for: .root).record
            let other = try await assembly.add(TestPicture.png(), for: ada).record
            let thumbnail = try await assembly.files.file(own.id, .thumbnail, for: .viewer(.root), client: .server)
            #expect(thumbnail.length > 0)
            try await assembly.library.delete(own.id, version: nil, isPermanent: true, for: .root)
            for part in ["original", "thumbnail", "full-size"] {
                #expect(try application.files(in: part).count == 1, "another account has the same content")
            }
            #expect(try await assembly.files.file(other.id, .original, for: .viewer(ada), client: .server).length > 0)
            #expect(
                try await code {
                    _ = try await assembly.files.file(own.id, .thumbnail, for: .viewer(.root), client: .server)
                }
                    == .notFound)
            try await assembly.library.delete(other.id, version: nil, isPermanent: true, for: ada)
            for part in ["original", "thumbnail", "full-size", "cache"] {
                #expect(try application.files(in: part) == [])
            }
            #expect(try await !assembly.repository.catalog.isKnown(own.content.digest))
        }
    }

    @Test func `an original that one of two owners removes is kept for the other`() async throws {
        try await TestApplication.run { application in
            let assembly = application.assembly
            let ada = try await assembly.member("ada", in: application)
            let own = try await assembly.add(TestPicture.png(), for: .root).record
            let other = try await assembly.add(TestPicture.png(), for: ada).record
            _ = try await assembly.files.file(own.id, .thumbnail, for: .viewer(.root), client: .server)
            _ = try await assembly.files.file(other.id, .thumbnail, for: .viewer(ada), client: .server)
            try await assembly.files.remove(own.id, .original, for: .root)
            #expect(
                try await code {
                    _ = try await assembly.files.file(own.id, .original, for: .viewer(.root), client: .server)
                }
                    == .notFound)
            #expect(try await assembly.files.file(other.id, .original, for: .viewer(ada), client: .server).length > 0)
            #expect(try application.files(in: "original").count == 1)
            #expect(try await assembly.library.ownImages(of: [own.content.digest], for: .root) == [:])
            try await assembly.files.remove(other.id, .original, for: ada)
            #expect(try application.files(in: "original") == [])
        }
    }

    @Test func `only the owner and admins can change an image`() async throws {
        try await TestApplication.run { application in
            let (assembly, library) = (application.assembly, application.assembly.library)
            let ada = try await assembly.member("ada", in: application)
            let bob = try await assembly.member("bob", in: application)
            var details = ImageDetails(title: "")
            let hidden = try await assembly.add(TestPicture.png(seed: 1), details: details, for: ada).record.id
            details.visibility = .public
            let shown = try await assembly.add(TestPicture.png(seed: 2), details: details, for: ada).record.id
            for (viewer, id, expected) in [
                (bob, hidden, .notFound), (bob, shown, .forbidden), (.stranger, hidden, .notFound),
                (.stranger, shown, .unauthenticated), (ada, hidden, nil), (.root, hidden, nil),
            ] as [(Viewer, ImageID, ServiceError.Code?)] {
                let found = try await code {
                    _ = try await library.update(id, ImageChanges(), version: nil, for: viewer)
                }
                #expect(found == expected)
                guard expected != nil else { continue }
                #expect(
                    try await code { try await library.delete(id, version: nil, isPermanent: true, for: viewer) }
                        == expected)
                #expect(try await code { try await assembly.files.remove(id, .original, for: viewer) } == expected)
            }
        }
    }
}

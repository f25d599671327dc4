import SystemIO
import CatalogStorage
import CommandLine
import Domain
import Foundation
import Services
import TestApplication
import Testing

@testable import Composition

@Suite struct ServerAssemblyTests {
    @Test func `whoever starts a server without accounts is told how to make the first`() async throws {
        for (access, isLocal, lines) in [
            (.untilAccounts, true, 2), (.untilAccounts, false, 1), (.accounts, true, 1), (.open, true, 0),
        ] as [(AccessPolicy, Bool, Int)] {
            try await TestApplication.run(
                settings: { settings in
                    settings.access = access
                    if !isLocal { settings.localUsers = [] }
                },
                { application in
                    let notice = try await application.server.startNotices()
                    #expect(notice.count == lines)
                    let code = application.assembly.accounts.setupCode.text
                    #expect(notice.first?.contains("the setup code \(code)") != false)
                    try await application.addKeeper()
                    #expect(try await application.server.startNotices() == [])
                })
        }
    }

    @Test func `only one process can use a data folder`() async throws {
        try await TestApplication.run { application in
            let second = try await DataFolder.open(FilePath(application.folder))
            #expect(second.lock == nil)
            await second.close()
        }
    }

    @Test func `a data folder is empty after a reset`() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "reset-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await TestApplication.run(in: path, settings: { $0.derivationTime = .now }) { application in
            let made = try await application.upload(TestPicture.png())
            #expect(try await application.get("/v1/images/\(made["id"].string ?? "")/render?width=8").status == 200)
        }
        let folder = try await DataFolder.open(FilePath(path))
        try await folder.reset()
        #expect(try await folder.catalog.statistics().images.count == 0)
        await folder.close()
        try await TestApplication.run(in: path) { (application) async throws in
            for part in ["original", "thumbnail", "full-size", "cache", "staging"] {
                #expect(try application.files(in: part) == [])
            }
            #expect(try await application.get("/v1/images")["ids"] == [])
        }
    }

    @Test func `a path that cannot be a data folder is refused`() async throws {
        for path in ["/dev/null", "/proc/nothing/data"] {
            await #expect(throws: UsageError.self) { try await DataFolder.open(FilePath(path)) }
        }
    }
}

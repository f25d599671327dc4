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
    @Test func `a server that others can reach requires an account or --access`() async throws {
        for (host, access, isRefused) in [
            ("127.0.0.1", .untilAccounts, false), ("0.0.0.0", .untilAccounts, true), ("0.0.0.0", .open, false),
            ("0.0.0.0", .accounts, false),
        ] as [(String, AccessPolicy, Bool)] {
            try await TestApplication.run(
                settings: { ($0.listener.host, $0.access) = (host, access) },
                { application in
                    var refusal: String?
                    do {
                        try await application.server.checkAccess(program: "tintype")
                    } catch let error as UsageError {
                        refusal = error.description
                    }
                    #expect((refusal != nil) == isRefused)
                    #expect(refusal?.contains("tintype accounts add HANDLE") != false)
                    // With an account that can log in, the server starts.
                    let handle = try #require(Handle("ada"))
                    try await application.assembly.repository.catalog.addAccount(
                        NewAccount(handle: handle, passwordHash: "x"))
                    try await application.server.checkAccess(program: "tintype")
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

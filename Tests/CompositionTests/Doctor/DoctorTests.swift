import CommandLine
import Domain
import Foundation
import HTTPServer
import SystemIO
import TestApplication
import Testing

@testable import Composition

@Suite struct DoctorTests {
    /// A temporary folder, removed after the test.
    private static func withFolder<Result>(_ body: (FilePath) async throws -> Result) async throws -> Result {
        let folder = FilePath(NSTemporaryDirectory() + "doctor-" + UUID().uuidString)
        try Folder.create(folder, mode: 0o700)
        let outcome: Swift.Result<Result, any Error>
        do { outcome = .success(try await body(folder)) } catch { outcome = .failure(error) }
        try FileManager.default.removeItem(atPath: folder.text)
        return try outcome.get()
    }

    /// Everything in a folder, with sizes and times.
    private static func contents(_ folder: FilePath) throws -> [String] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.text).sorted()
        return try names.map { name in
            let status = try FileStatus(of: folder.appending(FilePath(name)))
            return "\(name) \(status.bytes) \(status.modified) \(status.permissions)"
        }
    }

    /// A data folder as a server leaves it.
    private static func withData<Result: Sendable>(
        _ body: @escaping @Sendable (FilePath) async throws -> Result
    ) async throws -> Result {
        try await withFolder { folder in
            try await TestApplication.run(in: folder.text) { application in
                _ = try await application.upload(TestPicture.png())
            }
            return try await body(folder)
        }
    }

    @Test func `a folder that a server has left is in order, and stays as it is`() async throws {
        try await Self.withData { (folder) async throws in
            let before = try Self.contents(folder)
            let findings =
                CatalogueCheck(folder: folder).findings() + DataFolderCheck(folder: folder).findings()
                + ClockCheck(folder: folder).findings(now: .now)
            // The test may run on a small disk.
            let others = findings.filter { $0.check != "free space" }
            #expect(others.allSatisfy { $0.status == .ok }, "\(others)")
            // A process that another test is starting has a copy of the lock until it becomes its own program.
            let deadline = ContinuousClock.now.advanced(by: .seconds(20))
            let isFree = Finding.ok("server", "no server uses the folder now")
            while !DataFolderCheck(folder: folder).findings().contains(isFree), ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(DataFolderCheck(folder: folder).findings().contains(isFree))
            #expect(try Self.contents(folder) == before)
        }
    }

    @Test func `works beside a server`() async throws {
        try await TestApplication.run { application in
            _ = try await application.upload(TestPicture.png())
            let folder = FilePath(application.folder)
            #expect(CatalogueCheck(folder: folder).findings().allSatisfy { $0.status == .ok })
            #expect(
                DataFolderCheck(folder: folder).findings().contains(.ok("server", "a server uses the folder now")))
            #expect(try await application.get("/readyz").status == 200)
        }
    }

    @Test func `a folder that is not there yet is no problem, and is not made`() async throws {
        try await Self.withFolder { (folder) async throws in
            let missing = folder.appending("data")
            let findings = DataFolderCheck(folder: missing).findings() + CatalogueCheck(folder: missing).findings()
            #expect(findings.count == 2 && findings.allSatisfy { $0.status == .ok })
            #expect(try FileStatus.find(missing) == nil)
        }
    }

    @Test func `a folder that others can enter, and a file in its place, are told`() async throws {
        try await Self.withFolder { (folder) async throws in
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.text)
            let open = DataFolderCheck(folder: folder).findings().first { $0.check == "permissions" }
            #expect(open?.status == .warning && open?.advice?.contains("chmod") == true)
            let file = folder.appending("file")
            try FileDescriptor(creating: file).write([1])
            let findings = DataFolderCheck(folder: file).findings()
            #expect(findings.map(\.status) == [.problem] && findings.first?.message.contains("not a folder") == true)
        }
    }

    @Test func `a catalogue that is none, or is damaged, is a problem`() async throws {
        try await Self.withData { (folder) async throws in
            let path = folder.appending("catalog.sqlite").text
            let whole = try Data(contentsOf: URL(filePath: path))
            var damaged = whole
            damaged.replaceSubrange(8192..<40_960, with: Data(repeating: 0x55, count: 32_768))
            for bytes in [Data("this is no database".utf8) + Data(count: 5000), damaged] {
                try bytes.write(to: URL(filePath: path))
                let findings = CatalogueCheck(folder: folder).findings()
                #expect(findings.contains { $0.status == .problem && $0.advice?.contains("backup") == true })
                #expect(try Data(contentsOf: URL(filePath: path)) == bytes)
            }
        }
    }

    @Test func `a clock that cannot be right is told`() async throws {
        try await Self.withData { (folder) async throws in
            let check = ClockCheck(folder: folder)
            #expect(check.findings(now: Timestamp(seconds: 0)).map(\.status) == [.problem])
            #expect(check.findings(now: Timestamp(seconds: 9_000_000_000)).map(\.status) == [.problem])
            #expect(check.findings(now: Timestamp(seconds: 1_704_067_201)).map(\.status) == [.warning])
            #expect(check.findings(now: .now).map(\.status) == [.ok])
        }
    }

    @Test func `limits that do not fit the settings are told`() throws {
        var settings = try ServerSettings()
        settings.renderMemory = 1 << 60
        settings.listener.limits.connections = Int.max / 4
        let findings = ResourceCheck(settings: settings).findings()
        #expect(findings.map(\.check) == ["open files", "memory"] && findings.allSatisfy { $0.status == .warning })
    }

    @Test func `a mistake in the configuration is a finding, and the rest is still examined`() async throws {
        try await Self.withFolder { (folder) async throws in
            let file = folder.appending("tintype.toml").text
            try Data("port = 1\nprt = 2\n".utf8).write(to: URL(filePath: file))
            let syntax = CommandSyntax("doctor", "", options: ServerOptions.all + [ServerConfiguration.option])
            let words = ["--config", file, "--data", folder.text]
            let arguments = try ServerConfiguration.completed(
                ParsedArguments(words, of: syntax, environment: [:], environmentPrefix: "TINTYPE"))
            let findings = try await Doctor(arguments, program: "test").examine()
            #expect(findings.first?.status == .problem && findings.first?.message.contains("\(file):2: ") == true)
            #expect(findings.contains { $0.check == "codecs" && $0.status == .ok }, "\(findings)")
            #expect(
                Set(findings.map(\.check)).isSuperset(of: ["store", "catalogue", "open files", "clock", "libraries"]))
        }
    }
}

import Domain
import Foundation
import Glibc
@testable import Imaging
import SystemIO
import Testing

extension ImagingSuite {
    /// What a worker process can do beside its task, tried in the worker itself.
    @Suite(.serialized)
    struct ConfinementTests {
        /// A file that this user may read and write.
        private func secret() throws -> String {
            let path = FileManager.default.temporaryDirectory.appending(path: "tintype-\(UUID().uuidString)").path
            try Data("secret".utf8).write(to: URL(filePath: path))
            return path
        }

        @Test func `refuses files, sockets, processes and the parent`() async throws {
            let secret = try secret()
            defer { unlink(secret) }
            try await Workshop.withWorkers { workers in
                let trial = try await workers.tryConfinement(files: [secret, "/etc/passwd", "/etc/ld.so.cache"])
                #expect(trial.confinement.hasSystemCallFilter)
                let mayRead = trial.confinement.landlock == nil ? [secret, "/etc/passwd"] : []
                let allowed = Set((mayRead + ["/etc/ld.so.cache"]).map { "read \($0)" })
                for attempt in trial.attempts where !allowed.contains(attempt.deed) {
                    #expect(attempt.code == EPERM || attempt.code == EACCES, "\(attempt)")
                }
                // The trial would notice if something was possible: this file is allowed.
                #expect(trial.attempts.first { $0.deed == "read /etc/ld.so.cache" }?.code == nil)
                #expect(trial.attempts.count == 17)
                // The worker has survived it.
                _ = try await workers.probe(Workshop.scratch(Fixtures.tinyPNG), format: .png)
            }
        }

        @Test func `inherits no descriptor but its own`() async throws {
            // As a library or a shell leaves one: without close-on-exec.
            let stray = open("/etc/hostname", O_RDONLY)
            defer { close(stray) }
            try await Workshop.withOwnWorkers { workers, program in
                _ = try await workers.probe(Workshop.scratch(Fixtures.tinyPNG), format: .png)
                let children = Workshop.childProcesses(running: program)
                #expect(!children.isEmpty)
                // Those that did not answer yet may be starting: while a program is loaded, its libraries are open.
                let deadline = ContinuousClock.now + .seconds(30)
                while children.contains(where: { !Self.foreignFiles(of: $0).isEmpty }), ContinuousClock.now < deadline {
                    try await Task.sleep(for: .milliseconds(20))
                }
                for child in children { #expect(Self.foreignFiles(of: child) == []) }
            }
        }

        /// What a worker has open beside its socket, the null device and files without names; nothing if it has ended.
        private static func foreignFiles(of child: Int32) -> [String] {
            let folder = "/proc/\(child)/fd"
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            return names.compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)") }
                .filter { !$0.hasPrefix("socket:") && $0 != "/dev/null" && !$0.hasSuffix("(deleted)") }
        }

        @Test func `keeps large bitmaps in temporary files without names`() async throws {
            let width = 8000, height = 4500
            let bytes = Fixtures.bitmap(width: width, height: height)
            let before = try FileManager.default.contentsOfDirectory(atPath: "/tmp").filter { $0.hasPrefix("magick-") }
            try await Workshop.withWorkers { workers in
                let file = try Workshop.scratch(bytes)
                for _ in 0..<3 {
                    let output = try Workshop.scratch()
                    let target = RenderTarget(width: 80, height: 80, format: .png, output: output)
                    let made = try await workers.derive(from: file, format: .bmp, targets: [target])
                    #expect(made.map(\.width) == [80])
                }
            }
            let after = try FileManager.default.contentsOfDirectory(atPath: "/tmp").filter { $0.hasPrefix("magick-") }
            #expect(Set(after).subtracting(before) == [])
        }
    }
}

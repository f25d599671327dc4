import CorpusFiles
import Domain
import Foundation
import Glibc
import Imaging
import SystemIO
import Testing
import Vips

/// Workers of the built program, and files for them.
enum Workshop {
    /// The program beside the test bundle.
    static let executable: String = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? own
        return URL(filePath: bundle).deletingLastPathComponent().appending(path: "tintype").path
    }()

    /// Runs a body with workers that are closed afterwards.
    static func withWorkers<Result>(
        _ count: Int = 1, limits: ImagingLimits = ImagingLimits(), _ body: (ImagingWorkers) async throws -> Result
    ) async throws -> Result {
        let workers = ImagingWorkers(executable: executable, workers: count, queue: 1000, limits: limits)
        let result = await Swift.Result.catching { try await body(workers) }
        await workers.close()
        return try result.get()
    }

    /// Runs a body with workers whose processes can be told from those of other tests, which run in the same process.
    static func withOwnWorkers<Result>(
        _ body: (_ workers: ImagingWorkers, _ program: String) async throws -> Result
    ) async throws -> Result {
        let program = FileManager.default.temporaryDirectory.appending(path: "worker-\(UUID().uuidString)").path
        try FileManager.default.createSymbolicLink(atPath: program, withDestinationPath: executable)
        defer { try? FileManager.default.removeItem(atPath: program) }
        let workers = ImagingWorkers(executable: program, workers: 1, queue: 1000, limits: ImagingLimits())
        let result = await Swift.Result.catching { try await body(workers, program) }
        await workers.close()
        return try result.get()
    }

    /// A file without a name.
    static func scratch(_ bytes: [UInt8] = []) throws -> FileDescriptor {
        let path = FileManager.default.temporaryDirectory.appending(path: "tintype-\(UUID().uuidString)").path
        let file = try FileDescriptor(creating: FilePath(path))
        unlink(path)
        if !bytes.isEmpty { try file.write(bytes) }
        return file
    }

    static func contents(_ file: FileDescriptor) throws -> [UInt8] {
        try file.read(at: 0, count: Int(try file.size()))
    }

    /// The samples of a pixel of a PNG; empty if it cannot be read.
    static func pixel(ofPNG bytes: [UInt8], x: Int = 0, y: Int = 0) -> [Int] {
        do {
            try VipsLibrary.start()
            let source = try VipsSource(bytes)
            let load = try VipsOperation("pngload_source")
            load.set("source", source)
            let image = try load.run().image()
            return try withExtendedLifetime(source) {
                try image.samples(x: x, y: y, width: 1, height: 1).map(Int.init)
            }
        } catch { return [] }
    }

    static func open(_ entry: Corpus.Entry) throws -> FileDescriptor {
        try FileDescriptor(reading: FilePath(entry.url.path))
    }

    /// The process ids of this process's workers.
    ///
    /// - Parameter program: the path by which they were started.
    static func childProcesses(running program: String) -> [Int32] {
        let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { Int32($0) } ?? []
        return numbers.filter { number in
            guard let text = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8),
                let words = try? String(contentsOfFile: "/proc/\(number)/cmdline", encoding: .utf8),
                words.hasPrefix(program + "\0")
            else { return false }
            let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
            return fields.count > 1 && fields[0] != "Z" && Int32(fields[1]) == getpid()
        }
    }

    /// Runs a program and waits for it.
    static func run(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/" + program)
        process.arguments = arguments
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }
}

extension Result where Failure == any Error {
    static func catching(_ body: () async throws -> Success) async -> Self {
        do { return .success(try await body()) } catch { return .failure(error) }
    }
}

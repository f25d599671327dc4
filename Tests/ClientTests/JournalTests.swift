@testable import Client
import Domain
import Foundation
import SystemIO
import Testing

@Suite final class JournalTests {
    private let folder = FilePath(NSTemporaryDirectory() + "journal-" + UUID().uuidString)
    private var path: FilePath { folder.appending(FilePath("j")) }

    init() throws { try Folder.create(folder) }

    deinit { try? FileManager.default.removeItem(atPath: "\(folder)") }

    /// A file that was changed long ago, and its entry in the journal.
    private func entry(_ name: FilePath) throws -> (JournalEntry, FileStatus) {
        let place = folder.appending(name)
        try FileDescriptor(writing: place).write(Array("content".utf8))
        var times = [timeval(tv_sec: 1_000_000, tv_usec: 7), timeval(tv_sec: 1_000_000, tv_usec: 7)]
        #expect(
            place.bytes.map { CChar(bitPattern: $0) }.withUnsafeBufferPointer { utimes(Array($0) + [0], &times) } == 0)
        let status = try FileStatus(of: place, followingLinks: true)
        let digest = try #require(Digest(bytes: [UInt8](repeating: 7, count: 32)))
        return (JournalEntry(path: place, status: status, digest: digest, image: ImageID()), status)
    }

    @Test(arguments: ["plain.jpg", "with space%41.jpg", "line\nbreak.jpg", "Größe.jpg", "\0ff\0fe.jpg", " ."])
    func `a line is read back as it was written`(name: String) throws {
        let (entry, _) = try entry(FilePath(name))
        let line = entry.line
        #expect(line.hasSuffix(" .\n") && line.dropLast().allSatisfy { $0.isASCII && $0 != "\n" })
        #expect(JournalEntry(line: line.dropLast()) == entry)
    }

    @Test func `an incomplete line is ignored, wherever it ends`() throws {
        let line = try entry(FilePath("a b.jpg")).0.line.dropLast()
        for length in 0..<line.count { #expect(JournalEntry(line: line.prefix(length)) == nil) }
        #expect(JournalEntry(line: line + " more") == nil)
    }

    @Test func `an entry is known after it was added, also to the next run`() throws {
        let (entry, status) = try entry(FilePath("a.jpg"))
        let journal = try Journal(path, for: "x")
        #expect(journal.entry(of: entry.path, status) == nil)
        _ = journal.append(entry)
        #expect(journal.flush() == nil)
        #expect(journal.entry(of: entry.path, status) == entry)
        #expect(try Journal(path, for: "x").entry(of: entry.path, status) == entry)
        #expect(throws: ClientError.self) { try Journal(path, for: "y") }
    }

    @Test func `the last line for a file counts`() throws {
        let (first, status) = try entry(FilePath("a.jpg"))
        let second = JournalEntry(path: first.path, status: status, digest: first.digest, image: ImageID())
        let journal = try Journal(path, for: "x")
        _ = journal.append(first)
        _ = journal.append(second)
        #expect(journal.flush() == nil)
        #expect(journal.entry(of: first.path, status)?.image == second.image)
        #expect(try Journal(path, for: "x").entry(of: first.path, status)?.image == second.image)
    }

    @Test func `a file that has changed is not known`() throws {
        let (entry, _) = try entry(FilePath("a.jpg"))
        let journal = try Journal(path, for: "x")
        _ = journal.append(entry)
        #expect(journal.flush() == nil)
        let before = try FileStatus(of: entry.path)
        #expect(journal.entry(of: entry.path, before) == entry)
        try FileDescriptor(writing: entry.path, appending: true).write([1])
        #expect(journal.entry(of: entry.path, try FileStatus(of: entry.path)) == nil)
    }

    @Test func `a file that was changed a moment ago is not recorded`() throws {
        let place = folder.appending(FilePath("fresh.jpg"))
        try FileDescriptor(writing: place).write([1])
        let status = try FileStatus(of: place, followingLinks: true)
        let digest = try #require(Digest(bytes: [UInt8](repeating: 7, count: 32)))
        let journal = try Journal(path, for: "x")
        _ = journal.append(JournalEntry(path: place, status: status, digest: digest, image: ImageID()))
        #expect(journal.flush() == nil)
        #expect(journal.entry(of: place, status) == nil)
    }

    @Test func `an incomplete last line does not affect the next line`() throws {
        let (first, status) = try entry(FilePath("a.jpg"))
        let (second, other) = try entry(FilePath("b.jpg"))
        let before = try Journal(path, for: "x")
        _ = before.append(first)
        #expect(before.flush() == nil)
        try FileDescriptor(writing: path, appending: true).write(Array(second.line.utf8.prefix(50)))
        let journal = try Journal(path, for: "x")
        _ = journal.append(second)
        #expect(journal.flush() == nil)
        let later = try Journal(path, for: "x")
        #expect(later.entry(of: first.path, status) == first && later.entry(of: second.path, other) == second)
    }
}

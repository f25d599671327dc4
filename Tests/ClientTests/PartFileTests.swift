import Foundation
import SystemIO
import Testing

@testable import Client

@Suite final class PartFileTests {
    private let path = FilePath(NSTemporaryDirectory() + "part-" + UUID().uuidString)

    deinit { try? FileManager.default.removeItem(atPath: "\(path)") }

    @Test func `a file grows to the size that the server states, and no further`() throws {
        let part = try PartFile(path)
        part.bound(to: 10)
        try part.write([UInt8](repeating: 1, count: 6))
        let error = try #require(throws: ClientError.self) { try part.write([UInt8](repeating: 1, count: 5)) }
        #expect(error.code == .damaged && part.size == 6)
        try part.write([UInt8](repeating: 1, count: 4))
        #expect(part.size == 10)
        #expect(throws: ClientError.self) { try part.write([1]) }
        try part.startOver()
        try part.write([1])
        #expect(part.size == 1)
    }
}

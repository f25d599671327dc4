import Streams
import Synchronization
import Testing

@Suite struct ByteStreamTests {
    private struct Failure: Error {}

    /// A stream of these pieces, which counts how many of them were pulled.
    private final class Pieces: Sendable {
        private let rest: Mutex<[[UInt8]]>
        private let taken = Mutex(0)

        init(_ pieces: [[UInt8]]) { rest = Mutex(pieces) }

        var pulled: Int { taken.withLock { $0 } }

        var stream: ByteStream {
            ByteStream {
                self.rest.withLock { rest in
                    if rest.isEmpty { return nil }
                    self.taken.withLock { $0 += 1 }
                    return rest.removeFirst()
                }
            }
        }
    }

    @Test func `collects pieces in their order`() async throws {
        #expect(try await Pieces([[1, 2], [3], [4, 5, 6]]).stream.collect(upTo: 100) == [1, 2, 3, 4, 5, 6])
        #expect(try await ByteStream.empty.collect(upTo: 0) == [])
    }

    @Test(arguments: [(6, true), (7, true), (5, false), (0, false)])
    func `collects as many bytes as the limit allows, and not one more`(limit: Int, fits: Bool) async throws {
        let stream = Pieces([[1, 2], [3, 4, 5], [6]]).stream
        if fits {
            #expect(try await stream.collect(upTo: limit).count == 6)
        } else {
            let error = await #expect(throws: ByteLimitExceeded.self) { try await stream.collect(upTo: limit) }
            #expect(error?.limit == Int64(limit))
        }
    }

    @Test func `stops reading at the piece that exceeds the limit`() async {
        let pieces = Pieces([[1, 2], [3, 4], [5], [6]])
        await #expect(throws: ByteLimitExceeded.self) { try await pieces.stream.collect(upTo: 3) }
        #expect(pieces.pulled == 2)
    }

    @Test func `is a sequence of its pieces`() async throws {
        var seen: [[UInt8]] = []
        for try await piece in Pieces([[1], [2, 3]]).stream { seen.append(piece) }
        #expect(seen == [[1], [2, 3]])
    }

    @Test func `rethrows the error of its source`() async {
        let stream = ByteStream { throw Failure() }
        await #expect(throws: Failure.self) { try await stream.collect(upTo: 10) }
        await #expect(throws: Failure.self) { try await stream.next() }
    }
}

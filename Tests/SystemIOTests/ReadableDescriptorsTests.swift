import Glibc
import SystemIO
import Testing

@Suite(.timeLimit(.minutes(1))) struct ReadableDescriptorsTests {
    private static func pair() throws -> (FileDescriptor, FileDescriptor) {
        var numbers: [Int32] = [-1, -1]
        try check("make a pair of sockets") { socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &numbers) }
        return (FileDescriptor(owning: numbers[0]), FileDescriptor(owning: numbers[1]))
    }

    @Test func `lists what can be read or has ended, until it is removed`() throws {
        let (first, other) = try Self.pair()
        let (second, closed) = try Self.pair()
        let descriptors = try ReadableDescriptors()
        try descriptors.add(first.number)
        try other.write([1])
        #expect(descriptors.wait() == [first.number] && descriptors.wait() == [first.number])
        try descriptors.add(second.number)
        shutdown(closed.number, Int32(SHUT_WR))
        descriptors.remove(first.number)
        #expect(descriptors.wait() == [second.number])
        descriptors.remove(second.number)
        descriptors.remove(second.number)
        descriptors.wake()
        #expect(descriptors.wait().isEmpty && descriptors.wait().isEmpty)
    }
}

import Domain
import Runtime
import Testing

@testable import Services

/// Renders that last until they are told to end.
final class HeldRenders: Sendable {
    private struct Render {
        let task: Task<Void, any Error>
        let end: Bell
    }

    let admission: RenderAdmission
    private let renders = Locked<[String: Render]>([:])
    private let names = Locked<[String]>([])

    init(_ admission: RenderAdmission) { self.admission = admission }

    /// Those that have begun, in their order.
    var begun: [String] { names.withLock { $0 } }

    /// Asks for a render, and returns once it has begun, or waits.
    func ask(_ name: String, of content: UInt8 = 0, bytes: Int64 = 1) async throws {
        let seen = begun.count + admission.load.waiting
        let digest = try #require(Digest(bytes: [UInt8](repeating: content, count: 32)))
        let end = Bell()
        let task = Task { [admission, names] in
            try await admission.withRoom(for: bytes, of: digest) {
                names.withLock { $0.append(name) }
                await end.wait(after: 0, atMost: 60)
            }
        }
        renders.withLock { $0[name] = Render(task: task, end: end) }
        try await until { self.begun.count + self.admission.load.waiting > seen }
    }

    /// Ends a render that has begun, and returns once those that it made room for have begun, too.
    func end(_ name: String, thenBegin next: String...) async throws {
        let render = try #require(renders.withLock { $0[name] })
        render.end.ring()
        try await render.task.value
        try await until { next.allSatisfy(self.begun.contains) }
    }

    /// Gives up a render; what its task has thrown.
    func cancel(_ name: String) async throws -> any Error {
        let render = try #require(renders.withLock { $0[name] })
        render.task.cancel()
        return try await #require(throws: (any Error).self) { try await render.task.value }
    }

    private func until(_ isReached: @Sendable () -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while !isReached() {
            try #require(ContinuousClock.now < deadline, "begun are \(begun), \(admission.load.waiting) wait")
            try await Task.sleep(for: .milliseconds(1))
        }
    }
}

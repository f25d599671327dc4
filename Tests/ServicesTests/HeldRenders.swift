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
    private let turnedAway = Locked(0)

    init(_ admission: RenderAdmission) { self.admission = admission }

    /// Those that have begun, in their order.
    var begun: [String] { names.withLock { $0 } }

    /// Asks for a render, and returns once it has begun, or waits.
    func ask(_ name: String, of content: UInt8 = 0, bytes: Int64 = 1) async throws {
        let digest = try #require(Digest(bytes: [UInt8](repeating: content, count: 32)))
        let end = Bell()
        let task = Task { [admission, names, turnedAway] in
            do {
                try await admission.withRoom(for: bytes, of: digest) {
                    names.withLock { $0.append(name) }
                    await end.wait(after: 0, atMost: 60)
                }
            } catch {
                turnedAway.withLock { $0 += 1 }
                throw error
            }
        }
        let asked = renders.withLock { renders in
            renders[name] = Render(task: task, end: end)
            return renders.count
        }
        // Not before all who asked earlier have come to where they wait or begin, too: their order is what is tested.
        try await until {
            self.begun.count + self.admission.load.waiting + self.turnedAway.withLock { $0 } == asked
        }
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

import Domain
import Runtime
import Testing

@testable import Services

/// Renders that last until they are told to end.
final class HeldRenders: Sendable {
    private struct Render {
        let task: Task<Void, any Error>
        let end: ChangeSignal
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
        let end = ChangeSignal()
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
        renders.withLock { $0[name] = Render(task: task, end: end) }
        try await settle()
    }

    /// Ends a render that has begun, and returns once those that it made room for have begun, too.
    func end(_ name: String, thenBegin next: String...) async throws {
        let render = try #require(renders.withLock { $0[name] })
        render.end.signal()
        try await render.task.value
        try await settle()
        #expect(next.allSatisfy(begun.contains), "begun are \(begun)")
    }

    /// Gives up a render; what its task has thrown.
    func cancel(_ name: String) async throws -> any Error {
        let render = try #require(renders.withLock { $0[name] })
        render.task.cancel()
        return try await #require(throws: (any Error).self) { try await render.task.value }
    }

    /// Returns once everybody who asked waits, has been turned away or has begun; who was let in a moment ago has not yet.
    private func settle() async throws {
        let asked = renders.withLock { $0.count }
        let deadline = ContinuousClock.now + .seconds(20)
        while begun.count + admission.load.waiting + turnedAway.withLock({ $0 }) != asked {
            try #require(ContinuousClock.now < deadline, "begun are \(begun), \(admission.load.waiting) wait")
            try await Task.sleep(for: .milliseconds(1))
        }
    }
}

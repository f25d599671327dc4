import Domain
import Runtime
import Testing

@testable import Services

/// Renders that run until they are told to end.
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

    /// The renders that have begun, in order.
    var begun: [String] { names.withLock { $0 } }

    /// Requests a render, and returns once it has begun or waits.
    func ask(
        _ name: String, of content: UInt8 = 0, bytes: Int64 = 1, seconds: Double = 0.01,
        by client: RenderClient = .address("client")
    ) async throws {
        let digest = try #require(Digest(bytes: [UInt8](repeating: content, count: 32)))
        let end = ChangeSignal()
        let task = Task { [admission, names, turnedAway] in
            do {
                let cost = RenderCost(bytes: bytes, seconds: seconds)
                try await admission.withRoom(for: cost, of: digest, client: client) {
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

    /// Ends a render that has begun, and returns once the renders that it made room for have begun.
    func end(_ name: String, thenBegin next: String...) async throws {
        let render = try #require(renders.withLock { $0[name] })
        render.end.signal()
        try await render.task.value
        try await settle()
        #expect(next.allSatisfy(begun.contains), "begun are \(begun)")
    }

    /// Cancels a render; returns the error of its task.
    func cancel(_ name: String) async throws -> any Error {
        let render = try #require(renders.withLock { $0[name] })
        render.task.cancel()
        return try await #require(throws: (any Error).self) { try await render.task.value }
    }

    /// The code with which a render was refused.
    func refused(_ name: String) async -> ServiceError.Code? {
        guard let render = renders.withLock({ $0[name] }), case .failure(let error) = await render.task.result else {
            return nil
        }
        return (error as? ServiceError)?.code
    }

    /// Returns once every request waits, is refused or has begun; one that was just admitted has not begun yet.
    private func settle() async throws {
        let asked = renders.withLock { $0.count }
        let deadline = ContinuousClock.now + .seconds(20)
        while begun.count + admission.load.waiting + turnedAway.withLock({ $0 }) != asked {
            try #require(ContinuousClock.now < deadline, "begun are \(begun), \(admission.load.waiting) wait")
            try await Task.sleep(for: .milliseconds(1))
        }
    }
}

/// A part of a program that runs for as long as the program does, or prepares it for the parts that start later.
public protocol Service: Sendable {
    /// Runs until the task is cancelled, or until the work is done.
    ///
    /// - Parameter ready: to be called once, as soon as services that start later may rely on this one. Returning
    ///   without that call has the same effect.
    /// - Throws: what makes the whole program stop.
    func run(ready: @escaping @Sendable () -> Void) async throws
}

/// Services that start in order and stop in reverse order.
///
/// The design follows the lifecycle of swift-service-lifecycle (`ServiceGroup`), with one addition: a service starts
/// after all services before it are ready.
public struct ServiceGroup: Sendable {
    private let services: [any Service]

    /// - Parameter services: in the order in which they start.
    public init(_ services: [any Service]) { self.services = services }

    /// Runs the services until the task is cancelled or a service fails, then stops those that run, the last one first.
    ///
    /// - Parameter started: called once all services are ready.
    /// - Throws: the first failure of a service. A `CancellationError` counts only before the group is asked to stop.
    public func run(started: @Sendable () -> Void = {}) async throws {
        let stop = ChangeSignal()
        let failure = Locked<(any Error)?>(nil)
        try await withTaskCancellationHandler {
            // Each service is cancelled by itself, in an order, which children of one task group cannot be.
            var running: [Task<Void, Never>] = []
            for service in services where stop.generation == 0 && !Task.isCancelled {
                running.append(await start(service, stop, failure))
            }
            if stop.generation == 0, !Task.isCancelled { started() }
            await stop.wait(after: 0)
            for task in running.reversed() {
                task.cancel()
                await task.value
            }
            if let error = failure.withLock({ $0 }) { throw error }
        } onCancel: {
            stop.signal()
        }
    }

    /// Starts a service, and returns once it is ready or has ended.
    private func start(
        _ service: any Service, _ stop: ChangeSignal, _ failure: Locked<(any Error)?>
    ) async -> Task<Void, Never> {
        let isReady = ChangeSignal()
        let task = Task {
            do {
                try await service.run { isReady.signal() }
            } catch {
                if !Task.isCancelled || !(error is CancellationError) {
                    failure.withLock { $0 = $0 ?? error }
                    stop.signal()
                }
            }
            isReady.signal()
        }
        await withTaskCancellationHandler {
            await isReady.wait(after: 0)
        } onCancel: {
            task.cancel()
        }
        return task
    }
}

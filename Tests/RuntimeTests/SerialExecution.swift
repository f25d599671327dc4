import Dispatch
import Testing

/// Runs the jobs of tasks one after the other, in the order in which they become ready.
///
/// With it a test knows that tasks have reached the point where they wait: a task that is added after them, and yields
/// a few times, continues when nothing else is ready.
final class SerialExecution: TaskExecutor {
    private let queue = DispatchQueue(label: "tests")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }

    /// Returns when all tasks of this executor wait for something outside of it.
    func settle() async {
        await Task(executorPreference: self) {
            for _ in 0..<20 { await Task.yield() }
        }.value
    }
}

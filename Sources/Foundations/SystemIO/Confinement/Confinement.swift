/// What keeps a worker process from everything but its task.
///
/// Not every kernel has all of it, and not every user may have it.
public struct Confinement: Hashable, Sendable, Codable {
    /// The version of Landlock, which denies files; nil if the kernel has none.
    public internal(set) var landlock: Int?
    /// The system refuses every call that is not needed.
    public internal(set) var hasSystemCallFilter = false
    /// The process has a network of its own, without a connection.
    public internal(set) var hasOwnNetwork = false
    /// The process was root's, and is nobody's: without Landlock, so that it cannot open what is root's.
    public internal(set) var isAnotherUser = false

    /// What holds, as the log shows it.
    public var measures: [String] {
        (landlock == nil ? [] : ["landlock"]) + (hasSystemCallFilter ? ["seccomp"] : [])
            + (hasOwnNetwork ? ["network namespace"] : []) + (isAnotherUser ? ["user nobody"] : [])
    }
}

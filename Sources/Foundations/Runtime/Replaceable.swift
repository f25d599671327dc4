/// A value that is read often and replaced seldom, such as a setting that can change while the program runs.
public final class Replaceable<Value: Sendable>: Sendable {
    private let storage: Locked<Value>

    public init(_ value: Value) { storage = Locked(value) }

    public var value: Value { storage.withLock { $0 } }

    public func replace(with value: Value) { storage.withLock { $0 = value } }
}

internal import Runtime
internal import Synchronization
public import SystemIO

/// How much a line matters.
public enum LogLevel: Int, Sendable, Comparable, CaseIterable {
    case debug, info, warning, error

    public var name: String { "\(self)" }

    /// Reads `debug`, `info`, `warning` or `error`; nil for anything else.
    public init?(_ name: String) {
        guard let level = LogLevel.allCases.first(where: { $0.name == name }) else { return nil }
        self = level
    }

    public static func < (left: LogLevel, right: LogLevel) -> Bool { left.rawValue < right.rawValue }
}

/// Writes structured lines: one JSON object each, with a time, a level, a message and fields.
///
/// Writing never blocks who logs: lines go through a bounded buffer to a thread of the logger's own. Lines that find
/// the buffer full are dropped and counted, and the count is the next thing written.
public final class Logger: Sendable {
    private struct State {
        var lines: [UInt8] = []
        var dropped = 0
        var isClosed = false
    }

    private static let capacity = 4 << 20

    /// The raw value of the level, which every thread reads for every line.
    private let level: Atomic<Int>
    private let clock: @Sendable () -> String
    private let state = Monitor(State())
    private let thread: SystemThread

    /// - Parameters:
    ///   - output: where lines go.
    ///   - level: what matters less is not written.
    ///   - clock: the time of a line, as text.
    public init(output: FileDescriptor, level: LogLevel, clock: @escaping @Sendable () -> String) {
        self.level = Atomic(level.rawValue)
        self.clock = clock
        thread = SystemThread { [state] in
            while let lines = state.waitAndTake({ state in
                if !state.lines.isEmpty || state.dropped > 0 {
                    defer { (state.lines, state.dropped) = ([], 0) }
                    let note =
                        state.dropped == 0
                        ? "" : "{\"level\":\"warning\",\"message\":\"\(state.dropped) lines dropped\"}\n"
                    return .take(state.lines + Array(note.utf8))
                }
                return state.isClosed ? .stop : .wait
            }) {
                // There is nowhere to report that the log cannot be written.
                try? output.write(lines)
            }
        }
    }

    /// From now on what matters less than `level` is not written.
    public func setLevel(_ level: LogLevel) { self.level.store(level.rawValue, ordering: .relaxed) }

    /// Writes a line. Values are escaped; secrets and what users own have no place in them.
    public func log(_ level: LogLevel, _ message: String, _ fields: KeyValuePairs<String, LogValue> = [:]) {
        guard level.rawValue >= self.level.load(ordering: .relaxed) else { return }
        var line = "{\"time\":\"\(clock())\",\"level\":\"\(level.name)\",\"message\":"
        line.appendJSON(message)
        for (name, value) in fields {
            line += ","
            line.appendJSON(name)
            line += ":"
            value.append(to: &line)
        }
        line += "}\n"
        state.withLock { state in
            if state.lines.count + line.utf8.count > Self.capacity {
                state.dropped += 1
            } else {
                state.lines.append(contentsOf: line.utf8)
            }
        }
        state.wakeOne()
    }

    /// Writes what waits, and ends the thread. Blocks; for the end of a process.
    public func close() {
        state.withLock { $0.isClosed = true }
        state.wakeAll()
        thread.join()
    }
}

/// A value in a line of the log.
public enum LogValue: Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByStringInterpolation
{
    case text(String)
    case number(Int64)
    case seconds(Double)

    public init(stringLiteral value: String) { self = .text(value) }
    public init(integerLiteral value: Int64) { self = .number(value) }

    func append(to line: inout String) {
        switch self {
        case .text(let text): line.appendJSON(text)
        case .number(let number): line += String(number)
        case .seconds(let seconds): line += String((seconds * 1e6).rounded() / 1e6)
        }
    }
}

extension String {
    /// Adds a JSON string (RFC 8259, section 7); control characters are escaped, so that no line can be forged.
    fileprivate mutating func appendJSON(_ text: String) {
        append("\"")
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": append("\\\"")
            case "\\": append("\\\\")
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value):
                let digits = String(scalar.value, radix: 16)
                append("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
            default: unicodeScalars.append(scalar)
            }
        }
        append("\"")
    }
}

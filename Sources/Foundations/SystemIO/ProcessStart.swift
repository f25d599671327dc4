internal import Glibc

/// When this process started.
public enum ProcessStart {
    /// Seconds since 1970, to a second or so; 0 if the system does not tell.
    ///
    /// The kernel counts the start in ticks since the machine booted (proc(5), `/proc/pid/stat`, field 22), and has the time
    /// of that in `/proc/stat`.
    public static var seconds: Double {
        // The name of the program is in parentheses, and may contain anything.
        let own = text(of: "/proc/self/stat", bytes: 4096)
        guard let end = own.lastIndex(of: ")") else { return 0 }
        let fields = own[end...].split(separator: " ").dropFirst()
        let system = text(of: "/proc/stat", bytes: 1 << 20)
        let boot = system.split(separator: "\n").first { $0.hasPrefix("btime ") }?.dropFirst(6)
        guard fields.count >= 20, let ticks = Double(fields[fields.startIndex + 19]),
            let boot = boot.flatMap({ Double($0) })
        else { return 0 }
        return boot + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private static func text(of path: String, bytes count: Int) -> String {
        guard let file = try? FileDescriptor(reading: FilePath(path)), let bytes = try? file.read(at: 0, count: count)
        else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }
}

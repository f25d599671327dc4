/// The memory that processes here may have.
public enum MachineMemory {
    /// Bytes of the machine, or of the control group of this process if that may have less (cgroups(7), version 2); nil
    /// if it cannot be told.
    public static var bytes: Int64? {
        guard let machine = text(of: "/proc/meminfo").flatMap(total) else { return nil }
        return min(machine, text(of: "/sys/fs/cgroup/memory.max").flatMap(limit) ?? machine)
    }

    /// The first line of `/proc/meminfo` (proc(5)), in KiB there.
    static func total(of text: String) -> Int64? {
        let words = text.prefix { $0 != "\n" }.split(separator: " ")
        guard words.count == 3, words[0] == "MemTotal:", words[2] == "kB" else { return nil }
        return Int64(words[1]).map { $0 << 10 }
    }

    /// A limit in bytes; nil for `max`.
    static func limit(of text: String) -> Int64? { Int64(text.prefix { $0 != "\n" }) }

    private static func text(of path: String) -> String? {
        guard let file = try? FileDescriptor(reading: FilePath(path)), let bytes = try? file.read(at: 0, count: 4096)
        else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}

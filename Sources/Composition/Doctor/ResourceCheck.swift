internal import HTTPServer
internal import SystemIO

/// What the system lets a server have: open files and memory.
struct ResourceCheck {
    /// Memory that a server with its workers needs beside renders, in bytes.
    private static let baseBytes: Int64 = 512 << 20

    let settings: ServerSettings

    func findings() -> [Finding] { [openFiles(), memory()] }

    private func openFiles() -> Finding {
        let limit = ProcessLimits.maximumOpenFiles
        // A quarter is for files that are kept open; each connection may send one more.
        let needed = 2 * settings.listener.limits.connections
        let text = "\(limit) files may be open at once"
        return limit - limit / 4 < needed
            ? .warning(
                "open files",
                "\(text), and --max-connections \(settings.listener.limits.connections) may need \(needed)",
                "raise the limit (ulimit -Hn, or LimitNOFILE= in a systemd unit), or lower --max-connections")
            : .ok("open files", text)
    }

    private func memory() -> Finding {
        guard let bytes = MachineMemory.bytes else {
            return .warning("memory", "it cannot be told how much there is", "see that /proc is mounted")
        }
        let text = "\(bytes >> 20) MiB for this process"
        return bytes < settings.renderMemory + Self.baseBytes
            ? .warning(
                "memory", "\(text), and --render-memory is \(settings.renderMemory >> 20) MiB",
                "give the server more memory, or lower --render-memory and --workers")
            : .ok("memory", text)
    }
}

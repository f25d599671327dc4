internal import CSystem
internal import Glibc

/// The terminal of a descriptor.
public enum Terminal {
    public static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// How many characters a line has; 80 if the terminal does not say.
    public static func columns(_ descriptor: Int32) -> Int {
        let columns = tintype_terminal_columns(descriptor)
        return columns > 0 ? Int(columns) : 80
    }

    /// Runs `body` while what is typed is not shown. A signal that ends the process shows it again.
    public static func withoutEcho<Result>(_ descriptor: Int32, _ body: () -> Result) throws(SystemError) -> Result {
        try check("stop the terminal's echo") { tintype_hide_typing(descriptor) }
        defer { tintype_show_typing() }
        return body()
    }
}

import Client
import CommandLine
import SystemIO

/// The folders of the client's files, by the XDG base directory specification.
enum ClientFolders {
    static func credentials() throws -> CredentialsFile {
        CredentialsFile(folder: try folder("XDG_CONFIG_HOME", below: ".config"))
    }

    static func journals() throws -> FilePath { try folder("XDG_STATE_HOME", below: ".local/state") }

    /// For files that end with the program.
    static var temporary: FilePath {
        FilePath(Program.environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp")
    }

    private static func folder(_ variable: String, below standard: String) throws -> FilePath {
        let environment = Program.environment
        // The specification says that relative paths are ignored.
        if let named = environment[variable], named.hasPrefix("/") {
            return FilePath(named).appending(FilePath(Program.name))
        }
        guard let home = environment["HOME"], home.hasPrefix("/") else {
            throw UsageError("neither \(variable) nor HOME says where to keep things: set one of them")
        }
        return FilePath(home).appending(FilePath(standard)).appending(FilePath(Program.name))
    }
}

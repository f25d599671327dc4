import Client
import CommandLine
import SystemIO

/// The folders of what the client has to remember, as the XDG base directory specification says.
enum ClientFolders {
    static func credentials() throws -> CredentialsFile {
        CredentialsFile(folder: try folder("XDG_CONFIG_HOME", below: ".config"))
    }

    static func journals() throws -> FilePath { try folder("XDG_STATE_HOME", below: ".local/state") }

    private static func folder(_ variable: String, below standard: String) throws -> FilePath {
        let environment = Program.environment
        // Relative ones are to be ignored, says the specification.
        if let named = environment[variable], named.hasPrefix("/") {
            return FilePath(named).appending(FilePath(Program.name))
        }
        guard let home = environment["HOME"], home.hasPrefix("/") else {
            throw UsageError("neither \(variable) nor HOME says where to keep things: set one of them")
        }
        return FilePath(home).appending(FilePath(standard)).appending(FilePath(Program.name))
    }
}

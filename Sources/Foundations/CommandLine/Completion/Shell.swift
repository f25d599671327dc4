/// A shell for which completions can be made.
public enum Shell: String, Sendable, CaseIterable {
    case bash, zsh, fish

    /// The completions of a program: commands, options, and the values of options that are few words, files or folders.
    ///
    /// - Parameters:
    ///   - program: the name under which the shell starts it.
    ///   - commands: in the order in which they are offered.
    /// - Returns: a script for the shell to load.
    public func completions(of program: String, commands: [CommandSyntax]) -> String {
        switch self {
        case .bash: BashCompletion(program: program, commands: commands).script
        case .zsh: ZshCompletion(program: program, commands: commands).script
        case .fish: FishCompletion(program: program, commands: commands).script
        }
    }

    /// What the program takes in the place of a command.
    static let programOptions = [
        (name: "help", summary: "Print the list of commands"),
        (name: "version", summary: "Print the version, and those of the libraries"),
    ]

    /// A text between single quotes, as all three shells read it.
    static func quoted(_ text: String) -> String {
        "'" + text.map { $0 == "'" ? "'\\''" : String($0) }.joined() + "'"
    }
}

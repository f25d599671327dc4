import CommandLine

/// `tintype completions`: what a shell loads to complete the command line.
enum CompletionsCommand {
    static let syntax = CommandSyntax(
        "completions", "Print the completions for a shell to load.", options: [], arguments: "bash | zsh | fish")

    static func run(_ arguments: ParsedArguments) async throws -> Int32 {
        guard let name = arguments.arguments.first, arguments.arguments.count == 1, let shell = Shell(rawValue: name)
        else {
            throw UsageError("name one shell: bash, zsh or fish")
        }
        print(shell.completions(of: Program.name, commands: Program.syntaxes), terminator: "")
        return Program.Exit.ok
    }
}

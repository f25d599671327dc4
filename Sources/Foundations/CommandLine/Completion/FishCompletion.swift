/// Completions for fish ("Writing your own completions" in its manual).
struct FishCompletion {
    let program: String
    let commands: [CommandSyntax]

    /// A test whether a command is the first word. `__fish_seen_subcommand_from` would find it among the arguments, too.
    private var test: String { "__\(program)_command" }

    var script: String {
        let options = Shell.programOptions.map { option in
            line("test (count (commandline -opc)) -eq 1", "-l \(option.name)", option.summary)
        }
        let names = commands.map { command in
            line("test (count (commandline -opc)) -eq 1", "-a \(command.name)", command.summary.firstSentence)
        }
        return """
            # fish completions of \(program)
            function \(test)
                set -l words (commandline -opc)
                test (count $words) -ge 2; and test $words[2] = $argv[1]
            end
            complete -c \(program) -f
            \((names + options + commands.flatMap(lines)).joined(separator: "\n"))

            """
    }

    private func lines(_ command: CommandSyntax) -> [String] {
        let condition = "\(test) \(command.name)"
        var lines = command.options.map { line(condition, "-l \($0.name)" + value($0), $0.shortHelp) }
        lines.append(line(condition, "-l help", "Print this help"))
        let first = command.firstArgument(commands: commands.map(\.name))
        let condition1 =
            first == command.furtherArguments ? condition : condition + "; and test (count (commandline -opc)) -eq 2"
        switch first {
        case .none: break
        case .words(let words): lines.append(line(condition1, "-a " + Shell.quoted(words.joined(separator: " "))))
        case .files: lines.append(line(condition1, "-F"))
        case .folders: lines.append(line(condition1, "-a '(__fish_complete_directories)'"))
        }
        return lines
    }

    private func value(_ option: any AnyOption) -> String {
        guard option.placeholder != nil else { return "" }
        return switch option.suggestions {
        case .none: " -x"
        case .words(let words): " -x -a " + Shell.quoted(words.joined(separator: " "))
        case .files: " -r -F"
        case .folders: " -x -a '(__fish_complete_directories)'"
        }
    }

    private func line(_ condition: String, _ what: String, _ text: String? = nil) -> String {
        let described = text.map { " -d " + Self.quoted($0) } ?? ""
        return "complete -c \(program) -n \(Shell.quoted(condition)) \(what)\(described)"
    }

    /// Between single quotes fish also reads a backslash.
    private static func quoted(_ text: String) -> String {
        "'" + text.map { "'\\".contains($0) ? "\\\($0)" : String($0) }.joined() + "'"
    }
}

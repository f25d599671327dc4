/// Completions for zsh ("Completion System" in its manual): a file `_program` in a folder of `$fpath`, or sourced.
struct ZshCompletion {
    let program: String
    let commands: [CommandSyntax]

    private var function: String { "_" + program }

    var script: String {
        """
        #compdef \(program)
        \(function)() {
            if ((CURRENT == 2)); then
                local -a commands=(
        \(commands.map { described($0.name, $0.summary.firstSentence) }.joined())        )
                local -a options=(
        \(Shell.programOptions.map { described("--" + $0.name, $0.summary) }.joined())        )
                _describe -t commands command commands
                _describe -o -t options option options
                return
            fi
            # From here on, the command is what _arguments takes for the program.
            local command=$words[2]
            shift words
            ((CURRENT--))
            case $command in
        \(commands.map(branch).joined())    esac
        }
        if [[ $funcstack[1] == \(function) ]]; then
            \(function) "$@"
        else
            compdef \(function) \(program)
        fi

        """
    }

    private func described(_ word: String, _ text: String) -> String {
        "            " + Shell.quoted(word + ":" + text) + "\n"
    }

    private func branch(_ command: CommandSyntax) -> String {
        var specifications = command.options.map(specification) + ["--help[Print this help]"]
        let first = command.firstArgument(commands: commands.map(\.name))
        if first != .none { specifications.append("1:argument:" + action(first)) }
        if command.furtherArguments != .none { specifications.append("*:argument:" + action(command.furtherArguments)) }
        let lines = specifications.map { " \\\n            " + Shell.quoted($0) }.joined()
        return "    \(command.name))\n        _arguments\(lines)\n        ;;\n"
    }

    /// What `_arguments` calls an optspec: `--name=[explanation]:message:action`.
    private func specification(_ option: any AnyOption) -> String {
        let repeated = option.isRepeatable ? "*" : ""
        let text = option.shortHelp.map { "[]\\".contains($0) ? "\\\($0)" : String($0) }.joined()
        guard let placeholder = option.placeholder else { return "\(repeated)--\(option.name)[\(text)]" }
        return "\(repeated)--\(option.name)=[\(text)]:\(placeholder):\(action(option.suggestions))"
    }

    private func action(_ suggestions: Suggestions) -> String {
        switch suggestions {
        case .none: " "
        case .words(let words): "(" + words.joined(separator: " ") + ")"
        case .files: "_files"
        case .folders: "_files -/"
        }
    }
}

/// Completions for bash from version 4 on ("Programmable Completion" in its manual).
///
/// If `COMPREPLY` stays empty, readline itself completes names of files or folders, with tildes and quotes.
struct BashCompletion {
    let program: String
    let commands: [CommandSyntax]

    private var function: String { "_" + program }

    var script: String {
        let words = commands.map(\.name) + Shell.programOptions.map { "--" + $0.name }
        return """
            # bash completions of \(program)
            \(function)() {
                local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
                COMPREPLY=()
                # bash splits --name=value into three words.
                if [[ $word == "=" ]]; then
                    word=
                elif [[ $before == "=" ]]; then
                    before=${COMP_WORDS[COMP_CWORD - 2]}
                fi
                if ((COMP_CWORD == 1)); then
                    \(offer(words))
                    return
                fi
                case ${COMP_WORDS[1]} in
            \(commands.map(branch).joined())    esac
            }
            complete -F \(function) \(program)

            """
    }

    private func branch(_ command: CommandSyntax) -> String {
        let names = commands.map(\.name)
        let first = action(command.firstArgument(commands: names))
        let further = action(command.furtherArguments)
        let arguments = first == further ? first : "if ((COMP_CWORD == 2)); then \(first); else \(further); fi"
        return """
                \(command.name))
                    case $before in
            \(values(of: command))            esac
                    if [[ $word == -* ]]; then
                        \(offer(command.options.map { "--" + $0.name } + ["--help"]))
                    else
                        \(arguments)
                    fi
                    ;;

            """
    }

    /// A branch for each option that takes a value; one for all whose values are not known.
    private func values(of command: CommandSyntax) -> String {
        let options = command.options.filter { $0.placeholder != nil }
        let unknown = options.filter { $0.suggestions == .none }.map { "--" + $0.name }
        let branches = options.filter { $0.suggestions != .none }.map { option in
            "            --\(option.name)) \(action(option.suggestions)); return ;;\n"
        }
        return branches.joined()
            + (unknown.isEmpty ? "" : "            \(unknown.joined(separator: " | "))) return ;;\n")
    }

    private func action(_ suggestions: Suggestions) -> String {
        switch suggestions {
        case .none: ":"
        case .words(let words): offer(words)
        case .files: "compopt -o default"
        case .folders: "compopt -o dirnames"
        }
    }

    private func offer(_ words: [String]) -> String {
        "mapfile -t COMPREPLY < <(compgen -W \(Shell.quoted(words.joined(separator: " "))) -- \"$word\")"
    }
}

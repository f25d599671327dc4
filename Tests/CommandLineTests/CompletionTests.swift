import CommandLine
import Testing

/// What the scripts offer; the shells themselves run them in Tests/EndToEnd/test_completions.py.
@Suite struct CompletionTests {
    private func script(_ shell: Shell) -> String { shell.completions(of: "paint", commands: PaintProgram.commands) }

    @Test func `bash is offered commands, options, words, files and folders`() {
        let script = script(.bash)
        #expect(script.contains("compgen -W 'draw tools explain --help --version' -- \"$word\""))
        #expect(script.contains("compgen -W '--port --colour --log --canvas --palette --yes --tag --help' "))
        #expect(script.contains("--colour) mapfile -t COMPREPLY < <(compgen -W 'red green' -- \"$word\"); return ;;"))
        #expect(script.contains("--log) mapfile -t COMPREPLY < <(compgen -W 'on off' -- \"$word\"); return ;;"))
        #expect(script.contains("--canvas) compopt -o dirnames; return ;;"))
        #expect(script.contains("--palette) compopt -o default; return ;;"))
        #expect(script.contains(" --port | --tag) return ;;\n"))
        #expect(!script.contains("--yes)"))
        #expect(script.contains("compgen -W 'list add remove' -- \"$word\"); else :; fi"))
        #expect(script.contains("compgen -W 'draw tools explain' -- \"$word\"); else :; fi"))
        #expect(script.hasSuffix("complete -F _paint paint\n"))
    }

    @Test func `zsh is told what each option is for, and which may come again`() {
        let script = script(.zsh)
        #expect(script.hasPrefix("#compdef paint\n"))
        #expect(script.contains("'draw:Draw a picture'\n"))
        #expect(script.contains(#"'--port=[The port \[TCP\]: it'\''s open]:PORT: '"#))
        #expect(script.contains("'--colour=[The colour]:COLOUR:(red green)'"))
        #expect(script.contains("'--canvas=[The folder]:FOLDER:_files -/'"))
        #expect(script.contains("'--palette=[The file]:FILE:_files'"))
        #expect(script.contains("'--yes[Do not ask]'") && script.contains("'*--tag=[A tag]:TEXT: '"))
        #expect(script.contains("'1:argument:_files'") && script.contains("'*:argument:_files'"))
        #expect(script.contains("'1:argument:(list add remove)'"))
        #expect(script.contains("'1:argument:(draw tools explain)'"))
    }

    @Test func `fish is told what each option is for, and takes only the first word for the command`() {
        let script = script(.fish)
        #expect(script.contains("-a draw -d 'Draw a picture'\n"))
        #expect(script.contains(#"-n '__paint_command draw' -l port -x -d 'The port [TCP]: it\'s open'"#))
        #expect(script.contains("-l colour -x -a 'red green' -d 'The colour'\n"))
        #expect(script.contains("-l canvas -x -a '(__fish_complete_directories)' -d 'The folder'\n"))
        #expect(script.contains("-l palette -r -F -d 'The file'\n") && script.contains("-l yes -d 'Do not ask'\n"))
        #expect(script.contains("-n '__paint_command draw' -F\n"))
        #expect(
            script.contains(
                "-n '__paint_command tools; and test (count (commandline -opc)) -eq 2' -a 'list add remove'"))
    }

    @Test(arguments: Shell.allCases) func `a backslash in a help text does not end a description`(shell: Shell) {
        let command = CommandSyntax("draw", "Draws.", options: [Option(flag: "raw", "Backslash \\")])
        let script = shell.completions(of: "paint", commands: [command])
        #expect(script.contains(shell == .fish || shell == .zsh ? #"Backslash \\"# : "--raw"))
    }
}

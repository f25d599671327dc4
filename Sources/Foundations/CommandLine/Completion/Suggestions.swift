/// What a shell offers in the place of a value or an argument.
enum Suggestions: Hashable {
    case none
    case words([String])
    case files
    case folders

    /// The suggestions for a placeholder of the help text: FILE stands for a file, FOLDER for a folder, and COMMAND for
    /// one of the commands.
    fileprivate init(placeholder: String, commands: [String]) {
        let words = placeholder.split { !$0.isLetter }
        switch (words.contains("FILE"), words.contains("FOLDER"), words.contains("COMMAND")) {
        case (true, _, _): self = .files
        case (_, true, _): self = .folders
        case (_, _, true): self = .words(commands)
        default: self = .none
        }
    }
}

extension AnyOption {
    /// What stands for a value of the option; nothing for a flag.
    var suggestions: Suggestions {
        words.isEmpty ? Suggestions(placeholder: placeholder ?? "", commands: []) : .words(words)
    }

    /// The help text's first sentence, without its full stop.
    var shortHelp: String { help.firstSentence }
}

extension CommandSyntax {
    /// What stands for the first argument.
    ///
    /// - Parameter commands: the names of all commands.
    func firstArgument(commands: [String]) -> Suggestions {
        let actions = self.actions
        return actions.isEmpty ? Suggestions(placeholder: arguments ?? "", commands: commands) : .words(actions)
    }

    /// What stands for the arguments after the first.
    var furtherArguments: Suggestions {
        actions.isEmpty && arguments?.contains("…") == true
            ? Suggestions(placeholder: arguments ?? "", commands: []) : .none
    }

    /// The words that the placeholder of the arguments has at the beginning of each alternative: `list` and `add` of
    /// `list | add NAME`.
    private var actions: [String] {
        let alternatives = (arguments ?? "").split(separator: "|").map { $0.drop { $0 == " " } }
        return alternatives.compactMap { alternative in
            let word = alternative.prefix { $0 != " " }
            return !word.isEmpty && word.allSatisfy { $0.isLowercase && $0.isASCII } ? String(word) : nil
        }
    }
}

extension String {
    /// All up to the first full stop that ends a sentence, without it.
    var firstSentence: String {
        var sentence = ""
        var rest = self[...]
        while let character = rest.popFirst() {
            if character == ".", rest.isEmpty || rest.first == " " { break }
            sentence.append(character)
        }
        return sentence
    }
}

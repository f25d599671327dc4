/// Manual pages in roff with the macros of man(7), made from the same declarations as the help texts.
public struct ManualPage: Sendable {
    public let program: String
    public let environmentPrefix: String
    /// `YYYY-MM-DD`, shown at the foot of each page.
    public let date: String
    /// Such as `program 1.0`, shown at the foot of each page.
    public let version: String
    /// Each exit status with its meaning.
    public let exitStatuses: [(status: Int32, meaning: String)]

    public init(
        program: String, environmentPrefix: String, date: String, version: String,
        exitStatuses: [(status: Int32, meaning: String)]
    ) {
        (self.program, self.environmentPrefix, self.date) = (program, environmentPrefix, date)
        (self.version, self.exitStatuses) = (version, exitStatuses)
    }

    /// The page `program(1)`: what it is, and its commands.
    ///
    /// - Parameters:
    ///   - purpose: what the program is, in a few words.
    ///   - summary: the same in sentences.
    public func overview(purpose: String, _ summary: String, of commands: [CommandSyntax]) -> String {
        var page = heading(program, purpose)
        page += section("SYNOPSIS") + ".B \(roff(program))\n.I COMMAND\n.RI [ options ]\n"
        page += section("DESCRIPTION") + line(summary)
        page += section("COMMANDS")
        for command in commands {
            page += ".TP\n.BR \(roff("\(program)-\(command.name)")) (1)\n" + line(command.summary)
        }
        page += ".TP\n.B \\-\\-help\nPrint the list of commands.\n"
        page += ".TP\n.B \\-\\-version\nPrint the version, and those of the libraries.\n"
        return page + statuses
    }

    /// The page `program-command(1)`.
    public func page(of command: CommandSyntax) -> String {
        var page = heading("\(program)-\(command.name)", command.summary.firstSentence)
        page += section("SYNOPSIS") + ".B \(roff("\(program) \(command.name)"))\n"
        if !command.options.isEmpty { page += ".RI [ options ]\n" }
        if let arguments = command.arguments { page += line(arguments) }
        page += section("DESCRIPTION") + line(command.summary)
        page += section("OPTIONS")
        for option in command.options { page += entry(option) }
        page += ".TP\n.B \\-\\-help\nPrint the help text.\n"
        if !command.options.isEmpty {
            page += section("ENVIRONMENT")
            page += line("The command line takes precedence over the environment, and that over the defaults.")
        }
        return page + statuses + section("SEE ALSO") + ".BR \(roff(program)) (1)\n"
    }

    private func entry(_ option: any AnyOption) -> String {
        let value = option.placeholder.map { " \\fI\(roff($0))\\fR" } ?? ""
        var text = option.help + (option.isRepeatable ? " May be given several times." : "")
        text += option.defaultText.map { " The default is \($0.isEmpty ? "empty" : $0)." } ?? ""
        let variable = "Environment variable: \\fB\(roff(option.environmentName(prefix: environmentPrefix)))\\fR\n"
        return ".TP\n\\fB\\-\\-\(roff(option.name))\\fR\(value)\n" + line(text) + ".br\n" + variable
    }

    private func heading(_ name: String, _ summary: String) -> String {
        let title = "\(roff(name.uppercased())) 1 \(date) \"\(roff(version))\" \"User Commands\""
        return ".TH \(title)\n" + section("NAME") + "\(roff(name)) \\- \(roff(summary))\n"
    }

    private var statuses: String {
        section("EXIT STATUS")
            + exitStatuses.map { ".TP\n.B \($0.status)\n" + line($0.meaning) }.joined()
    }

    private func section(_ title: String) -> String { ".SH \"\(title)\"\n" }

    private func line(_ text: String) -> String { roff(text) + "\n" }

    /// A text as roff prints it: no request, no escape, the hyphen of the keyboard, and all else by its code point.
    private func roff(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar -> String in
            switch scalar {
            case "\\": "\\e"
            case "-": "\\-"
            case "\"": "\\(dq"
            case "'": "\\(aq"
            case "^": "\\(ha"
            case "~": "\\(ti"
            case "`": "\\(ga"
            case "\n": " "
            case _ where scalar.isASCII: String(scalar)
            default: "\\[u\(hexadecimal(scalar.value))]"
            }
        }.joined()
        return escaped.hasPrefix(".") ? "\\&" + escaped : escaped
    }

    /// At least four digits, as roff wants them.
    private func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

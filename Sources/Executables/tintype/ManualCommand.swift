import CommandLine
import Composition
import Domain

/// `tintype manual`: the manual pages.
enum ManualCommand {
    static let syntax = CommandSyntax(
        "manual", "Print a manual page for man(1): that of a command, or of the whole program.", options: [],
        arguments: "[COMMAND]")

    static func run(_ arguments: ParsedArguments) async throws -> Int32 {
        let page = ManualPage(
            program: Program.name, environmentPrefix: Program.environmentPrefix, date: try date,
            version: "\(Program.name) \(ProgramVersion.current.number)", exitStatuses: Program.Exit.meanings)
        switch arguments.arguments.count {
        case 0:
            let purpose = "image repository server and its client"
            print(page.overview(purpose: purpose, Program.summary, of: Program.syntaxes), terminator: "")
        case 1:
            let name = arguments.arguments[0]
            guard let command = Program.syntaxes.first(where: { $0.name == name }) else {
                throw UsageError("there is no command '\(name)': see \(Program.name) --help")
            }
            print(page.page(of: command), terminator: "")
        default: throw UsageError("name one command, or none")
        }
        return Program.Exit.ok
    }

    /// Today; or the day that `SOURCE_DATE_EPOCH` names, so that packages can be reproduced
    /// (https://reproducible-builds.org/specs/source-date-epoch/).
    private static var date: String {
        get throws {
            guard let text = Program.environment["SOURCE_DATE_EPOCH"] else {
                return CivilTime(secondsSince1970: Timestamp.now.seconds).dateDescription
            }
            guard let seconds = Int64(text) else {
                throw UsageError("SOURCE_DATE_EPOCH takes a number of seconds since 1970, not '\(text)'")
            }
            return CivilTime(secondsSince1970: seconds).dateDescription
        }
    }
}

import Client
import CommandLine
import Composition
import FoundationEssentials

/// `tintype config`: the configuration of the server, and where each value comes from.
enum ConfigCommand {
    private static let json = Option(flag: "json", "Print a JSON array with an object for each option.")

    static let syntax = CommandSyntax(
        "config", "Check the configuration of serve, and print it with the source of each value.",
        options: ServerOptions.all + [ServerConfiguration.option, json], fileOptions: ServerOptions.all)

    /// A line of the output, with the names of the members in JSON.
    private struct Line: Encodable {
        let option: String
        let value: String?
        let source: String
        var variable: String?
        var file: String?
        var line: Int?

        init(_ option: any AnyOption, in arguments: ParsedArguments) {
            let origin = arguments.origin(of: option)
            (self.option, value) = (option.name, origin.text)
            switch origin.source {
            case .commandLine: source = "flag"
            case .environment(let name): (source, variable) = ("environment", name)
            case .file(let path, let number): (source, file, line) = ("file", path, number)
            case .defaultValue: source = "default"
            }
        }

        /// The source for people.
        var place: String { variable ?? file.flatMap { file in line.map { "\(file):\($0)" } } ?? source }
    }

    static func run(_ arguments: ParsedArguments) async throws -> Int32 {
        // Everything that serve would refuse is refused here.
        _ = try ServerSettings(arguments)
        let lines = ServerOptions.all.map { Line($0, in: arguments) }
        if try arguments.value(of: json) {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            print(String(decoding: try encoder.encode(lines), as: UTF8.self))
        } else {
            printTable(lines)
        }
        return Program.Exit.ok
    }

    private static func printTable(_ lines: [Line]) {
        func padded(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(0, width - text.count))
        }
        let names = lines.map(\.option.count).max() ?? 0
        let values = min(40, lines.map { ($0.value ?? "none").count }.max() ?? 0)
        for line in lines {
            print(
                padded(line.option, names) + "  " + padded(SanitizedText.of(line.value ?? "none"), values) + "  "
                    + SanitizedText.of(line.place))
        }
    }
}

import Client
import CommandLine
import Composition
import FoundationEssentials

/// `tintype doctor`: looks at an installation, and says what is wrong with it.
enum DoctorCommand {
    private static let url = Option<String?>(
        "url", "URL", .text, "The public address of a server that runs, to ask it as its clients do.")
    private static let certificateFile = Option<String?>(
        "ca-file", "FILE", .text, "A PEM file of certificates to trust instead of the system's, for --url.")
    private static let json = Option(flag: "json", "Print a JSON array with an object for each finding.")

    static let syntax = CommandSyntax(
        "doctor", "Look for what is wrong with the configuration, the data, this machine, or a running server.",
        options: ServerOptions.all + [ServerConfiguration.option, url, certificateFile, json])

    /// Exit status 0 if there is no problem, otherwise 1. Warnings do not count.
    static func run(_ arguments: ParsedArguments) async throws -> Int32 {
        let url = try arguments.value(of: url)
        if let url, !url.hasPrefix("http://"), !url.hasPrefix("https://") {
            throw UsageError("--url takes an address such as https://images.example.org, not '\(url)'")
        }
        let doctor = Doctor(arguments, program: Program.userAgent)
        var findings = try await doctor.examine()
        if let url {
            findings += try await doctor.examine(
                url: url, certificateFile: try arguments.value(of: certificateFile))
        }
        if try arguments.value(of: json) {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            print(String(decoding: try encoder.encode(findings), as: UTF8.self))
        } else {
            for finding in findings { show(finding) }
        }
        return findings.contains { $0.status == .problem } ? Program.Exit.findings : Program.Exit.ok
    }

    private static func show(_ finding: Finding) {
        let status = finding.status.rawValue
        let column = status + String(repeating: " ", count: max(1, 9 - status.count))
        print(SanitizedText.of("\(column)\(finding.check): \(finding.message)"))
        if let advice = finding.advice { print(SanitizedText.of("         → \(advice)")) }
    }
}
